//! People, as the api sees their storage.

mod accounts;
mod roles;
