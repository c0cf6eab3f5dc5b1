//! Who reads an order, and how much of it they are shown.

use crate::http::locale::Lang;
use crate::identity::principal::Principal;
use domain::At;
use domain::order::Words;
use domain::order::sentence::Reader as Audience;

/// Who reads, and how much.
pub struct Reader<'a> {
    /// The person; none with a query code.
    pub who: Option<&'a Principal>,
    /// In whose words it is told, and how much of staff's names.
    pub audience: Audience,
    /// As staff: names unmasked, internal steps shown.
    pub staff: bool,
    /// The reporter is hidden from this reader.
    pub hidden: bool,
    /// The whole order rather than the offer's brief.
    pub whole: bool,
    /// How much of what people wrote, and whether it is told which door it is.
    pub words: Words,
    /// When the reader's part in it ended: the order is shown as it was then, without the contact.
    pub frozen: Option<At>,
    /// The language.
    pub lang: Lang,
}
