//! How questions are refused, for the description of the API.

tequio_frame::refusals! {
    /// A list that takes few parameters or none.
    OfList [BadQuery, NotAcceptable];
    /// A question to an indicator.
    OfQuestion [BadQuery, NotFound, NotAcceptable];
}
