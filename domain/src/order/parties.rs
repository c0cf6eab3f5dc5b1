//! Who is what to an order: in whose hands it is, who speaks for whom, who reads what of it.

pub(super) mod caller;
pub(super) mod hands;
pub(super) mod sight;
