//! News: from a commit to whoever is connected, and to whoever is not. Bytes and numbers; what they say is the modules'.

pub mod channels;
pub mod errors;
pub mod jobs;
pub mod live;
pub mod push;
