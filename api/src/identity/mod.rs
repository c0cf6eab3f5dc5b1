//! Who is asking: tokens, log-ins, principals; keyed bodies and their answers.

pub mod errors;
pub mod extract;
pub mod failures;
pub mod keyed;
pub mod password;
pub mod principal;
pub mod principals;
pub mod provider;
pub mod rate;
pub mod saved;
pub mod token;
