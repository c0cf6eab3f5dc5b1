//! Who is what to an order.

pub(crate) mod hands;
