//! What always holds of service items. Documents are read in Rust, item by item (`queries.rs`).

crate::engine::invariant::invariants! {
    ITEM_READABLE = "item_readable", "事项可读", "every service item can be read by this binary, its rules and its group";
}
