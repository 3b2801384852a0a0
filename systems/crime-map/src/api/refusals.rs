//! How questions are refused, for the description of the API. What the portal's guards answer (too long, too
//! busy, a fault) is added there for every address.

tequio_frame::refusals! {
    /// A list that takes few parameters or none.
    OfList [BadQuery, NotAcceptable];
    /// One thing by its name.
    OfThing [BadQuery, NotFound, NotAcceptable];
    /// A question about incidents.
    OfQuestion [BadQuery, Forbidden, NotFound, NotAcceptable, TooLarge];
    /// An analysis.
    OfAnalysis [BadQuery, Forbidden, NotFound, NotAcceptable, TooLarge, Unprocessable, TooMany, Unavailable];
    /// A job, which is there or is not.
    OfJob [BadQuery, NotFound, NotAcceptable];
    /// A tile, which has one form.
    OfTile [BadQuery, Forbidden, NotFound, TooLarge];
}
