//! What only those who need it read: contacts, numbers, doors.

mod contact;
mod contact_reads;
mod masking;
mod sealed;
mod words;
