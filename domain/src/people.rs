//! People: what they are, as whom they act, by what they log in and how often they may look others up.

pub(crate) mod actor;
pub mod login;
pub mod lookup;
pub mod password;
pub(crate) mod role;

pub use actor::Actor;
pub use role::{Employment, Role, RoleSet};
