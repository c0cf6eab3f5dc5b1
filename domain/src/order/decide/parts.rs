//! Who comes to take part in an order, helps with it, and loses that part again.

pub(super) mod helping;
pub(super) mod joining;
pub(super) mod leaving;
pub(super) mod moving;
