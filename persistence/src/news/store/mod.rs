//! What is told, as the api sees its storage.

mod live;
mod outbox;
mod pushes;
