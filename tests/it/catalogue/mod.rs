//! What can be ordered: service items, their ladders, the reasons that commands name.

mod items;
mod ladders;
