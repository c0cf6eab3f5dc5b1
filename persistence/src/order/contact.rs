//! Whom to reach about an order: as it comes in, as it is stored, and opened again.

use crate::engine::seal::{Keyring, SealError};
use crate::engine::sensitive::Sensitive;
use crate::order::rows::ContactRow;
use crate::order::sealed::{
    BENEFICIARY_NAME, BENEFICIARY_PHONE, BENEFICIARY_RELATION, CONTACT_ADDRESS, CONTACT_NAME, CONTACT_PHONE,
};
use domain::OrderId;

/// Somebody who is named in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// Name.
    pub name: Option<Sensitive<String>>,
    /// Phone, in normal form.
    pub phone: Option<Sensitive<String>>,
    /// What they are to whoever reports it.
    pub relation: Option<Sensitive<String>>,
}

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
    /// For whom it is, when that is somebody else.
    pub beneficiary: Named,
    /// What may be shown of their name.
    pub beneficiary_name_masked: Option<String>,
    /// What may be shown of their phone.
    pub beneficiary_phone_masked: Option<String>,
}

impl NewContact {
    /// The row of this order.
    ///
    /// # Errors
    /// [`SealError::TooLong`].
    pub fn into_row(self, keyring: &Keyring, order: OrderId) -> Result<ContactRow, SealError> {
        let seal = |text: &Option<Sensitive<String>>, column: crate::engine::seal::Column| {
            text.as_ref().map(|text| keyring.seal(text.expose(), column.of(order.0))).transpose()
        };
        Ok(ContactRow {
            order_id: order.0,
            name_sealed: seal(&self.name, CONTACT_NAME)?,
            phone_sealed: seal(&self.phone, CONTACT_PHONE)?,
            address_sealed: seal(&self.address, CONTACT_ADDRESS)?,
            phone_hash: self.phone.as_ref().map(|phone| keyring.lookup_hash(phone.expose())),
            name_masked: self.name_masked,
            phone_masked: self.phone_masked,
            address_masked: self.address_masked,
            beneficiary_name_sealed: seal(&self.beneficiary.name, BENEFICIARY_NAME)?,
            beneficiary_phone_sealed: seal(&self.beneficiary.phone, BENEFICIARY_PHONE)?,
            beneficiary_relation_sealed: seal(&self.beneficiary.relation, BENEFICIARY_RELATION)?,
            beneficiary_name_masked: self.beneficiary_name_masked,
            beneficiary_phone_masked: self.beneficiary_phone_masked,
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
    /// For whom it is, when that is somebody else.
    pub beneficiary: Named,
}
