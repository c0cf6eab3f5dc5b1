//! What of orders is sealed.

use crate::engine::seal::Column;

/// Name of whom to reach.
pub const CONTACT_NAME: Column = Column { table: "order_contact", key: "order_id", what: "name" };
/// Phone of whom to reach.
pub const CONTACT_PHONE: Column = Column { table: "order_contact", key: "order_id", what: "phone" };
/// Address down to the door.
pub const CONTACT_ADDRESS: Column = Column { table: "order_contact", key: "order_id", what: "address" };
/// Name of the one it is for.
pub const BENEFICIARY_NAME: Column =
    Column { table: "order_contact", key: "order_id", what: "beneficiary_name" };
/// Phone of the one it is for.
pub const BENEFICIARY_PHONE: Column =
    Column { table: "order_contact", key: "order_id", what: "beneficiary_phone" };
/// What the one it is for is to whoever reports it.
pub const BENEFICIARY_RELATION: Column =
    Column { table: "order_contact", key: "order_id", what: "beneficiary_relation" };
