//! How questions are refused, for the description of the API.

tequio_frame::refusals! {
    /// A list that takes few parameters or none.
    OfList [BadQuery, NotAcceptable];
    /// A question to an indicator.
    OfQuestion [BadQuery, NotFound, NotAcceptable];
    /// A comparison of two things that may not be comparable.
    OfComparison [BadQuery, NotFound, NotAcceptable, Unprocessable];
    /// One thing.
    OfThing [BadQuery, NotFound, NotAcceptable];
}
