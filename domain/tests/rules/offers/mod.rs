//! Who is offered an order, and who gets it.

mod asked_again;
mod claiming;
mod dispatching;
mod ladder;
mod overseen;
mod slots;
mod targets;
