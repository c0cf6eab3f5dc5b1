//! The contract: the document, its conventions, and what no client should get through with.

mod bad_input;
mod conventions;
mod document;
mod schemathesis;
