//! Who is what to an order: in whose hands it is, who speaks for whom, who reads what of it.

pub mod caller;
pub mod hands;
pub mod sight;
