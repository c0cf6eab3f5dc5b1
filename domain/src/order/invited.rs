//! Nobody is made a party without agreeing (FIELD.md, edge rules): whoever is named by somebody else is asked, and joins
//! or declines. Until then they are nothing to the order but somebody who was told of it.

use super::{Event, Order};
use crate::ids::AccountId;
use serde::{Deserialize, Serialize};

/// As what somebody is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedAs {
    /// Who reports it.
    Reporter,
    /// For whom it is.
    Beneficiary,
}

/// Somebody who was named and has not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// Who.
    pub account: AccountId,
    /// As what.
    pub named: NamedAs,
}

impl Order {
    /// As what this person was named, if they have not answered.
    #[must_use]
    pub fn invited_as(&self, account: AccountId) -> Option<NamedAs> {
        self.case.invited.iter().find(|invited| invited.account == account).map(|invited| invited.named)
    }

    /// Who was asked is asked no more; who joined is a party. Any other event settles nothing.
    pub(in crate::order) fn settle_invitation(&mut self, event: &Event) {
        let (Event::Joined { account, .. } | Event::Declined { account }) = *event else { return };
        self.case.invited.retain(|invited| invited.account != account);
        if let Event::Joined { named, .. } = *event {
            let part = match named {
                NamedAs::Reporter => &mut self.reporter,
                NamedAs::Beneficiary => &mut self.beneficiary,
            };
            *part = Some(account);
        }
    }
}
