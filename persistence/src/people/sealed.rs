//! What of people is sealed.

use crate::engine::seal::Column;

/// Name of a person with an account who holds no role.
pub const ACCOUNT_NAME: Column = Column { table: "account", key: "id", what: "name" };
/// Phone of a person with an account.
pub const ACCOUNT_PHONE: Column = Column { table: "account", key: "id", what: "phone" };
