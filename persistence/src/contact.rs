//! Whom to reach about an order: as it comes in, as it is stored, and opened again.

use crate::rows::ContactRow;
use crate::seal::{CONTACT_ADDRESS, CONTACT_NAME, CONTACT_PHONE, Keyring, SealError};
use crate::sensitive::Sensitive;

/// A contact to be stored: sealed once its order has a key. A fully anonymous order has none of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewContact {
    /// Name.
    pub name: Option<Sensitive<String>>,
    /// Phone, in normal form.
    pub phone: Option<Sensitive<String>>,
    /// Address down to the door.
    pub address: Option<Sensitive<String>>,
    /// What may be shown of the name.
    pub name_masked: Option<String>,
    /// What may be shown of the phone.
    pub phone_masked: Option<String>,
    /// What may be shown of the address.
    pub address_masked: Option<String>,
}

impl NewContact {
    /// The row of this order.
    ///
    /// # Errors
    /// [`SealError::TooLong`].
    pub fn into_row(self, keyring: &Keyring, order_id: i64) -> Result<ContactRow, SealError> {
        let seal = |text: &Option<Sensitive<String>>, column: crate::seal::Column| {
            text.as_ref().map(|text| keyring.seal(text.expose(), column.of(order_id))).transpose()
        };
        Ok(ContactRow {
            order_id,
            name_sealed: seal(&self.name, CONTACT_NAME)?,
            phone_sealed: seal(&self.phone, CONTACT_PHONE)?,
            address_sealed: seal(&self.address, CONTACT_ADDRESS)?,
            phone_hash: self.phone.as_ref().map(|phone| keyring.lookup_hash(phone.expose())),
            name_masked: self.name_masked,
            phone_masked: self.phone_masked,
            address_masked: self.address_masked,
        })
    }
}

/// A contact in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Name.
    pub name: Option<Sensitive<String>>,
    /// Phone, in normal form.
    pub phone: Option<Sensitive<String>>,
    /// Address down to the door.
    pub address: Option<Sensitive<String>>,
}
