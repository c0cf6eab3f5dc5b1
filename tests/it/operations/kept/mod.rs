//! What is kept, and stays sound and sealed: backups, proofs, housekeeping, names.

mod backup;
mod broom;
mod nameless;
mod names;
mod prove;
mod reseal;
