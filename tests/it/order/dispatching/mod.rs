//! Who gets an order: pools and their ladder, whom commands name, other inboxes.

mod directed;
mod forwarding;
mod ladder;
mod moved;
mod overseen;
mod pools;
mod targets;
mod told;
