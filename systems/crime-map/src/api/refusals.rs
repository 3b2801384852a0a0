//! How questions are refused, for the description of the API. What the portal's guards answer (too long, too
//! busy, a fault) is added there for every address.

use std::collections::BTreeMap;
use tequio_frame::ProblemCode;
use tequio_frame::problem::described;
use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response};

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident [$($code:ident),*];)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                described(&[$(ProblemCode::$code),*])
            }
        }
    )*};
}

refusals! {
    /// A list that takes few parameters or none.
    OfList [BadQuery, NotAcceptable];
    /// One thing by its name.
    OfThing [BadQuery, NotFound, NotAcceptable];
    /// A question about incidents.
    OfQuestion [BadQuery, Forbidden, NotFound, NotAcceptable, TooLarge];
    /// A tile, which has one form.
    OfTile [BadQuery, Forbidden, NotFound, TooLarge];
}
