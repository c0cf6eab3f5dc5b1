//! A state in the words of its reader: the official one for staff, a plain one for residents (FIELD.md, under the table of
//! states). A state that is not here is called the same by everybody.

use super::names::{Names, Reader};
use super::{en, zh};
use crate::order::state::Order;
use crate::order::state::status::Status;
use crate::words::labelled::Labelled;

/// The state of this order for its reader.
#[must_use]
pub fn status(order: &Order, names: &Names<'_>, english: bool) -> String {
    let rejected = order.case.rejected_for.filter(|_| order.status == Status::Rejected);
    match (names.reader, rejected, names.lapsed.filter(|_| order.status == Status::Withdrawn)) {
        (Reader::Staff, ..) => label(order.status, english).into(),
        (_, Some(reason), _) if english => en::elsewhere(reason, names),
        (_, Some(reason), _) => zh::elsewhere(reason, names),
        (_, None, Some(days)) if english => en::lapsed(days),
        (_, None, Some(days)) => zh::lapsed(days),
        (reader, None, None) => brief(order.status, reader, english).into(),
    }
}

/// The state where nothing more is known of the order: in lists, and in the answer to a command.
#[must_use]
pub fn brief(status: Status, reader: Reader, english: bool) -> &'static str {
    let (zh, en) = match (status, reader) {
        (Status::PendingCheck, Reader::Resident | Reader::Caller | Reader::Nameless) => {
            ("办完了，社区正在核实", "Done; the community is checking it")
        }
        (Status::Resolved, Reader::Resident) => ("办好了，请您评价", "Done: please rate it"),
        (Status::Resolved, Reader::Caller) => ("办好了，会打电话问您", "Done: you will be called about it"),
        (Status::Resolved, Reader::Nameless) => ("办好了", "Done"),
        (Status::Disputed, Reader::Resident | Reader::Caller | Reader::Nameless) => {
            ("还没办好", "Not done yet")
        }
        (Status::Rejected, Reader::Resident | Reader::Caller | Reader::Nameless) => {
            ("没有受理，归谁管请看详情", "Not taken on: its page says where to go")
        }
        (
            Status::Submitted
            | Status::NeedInfo
            | Status::Accepted
            | Status::Pooled
            | Status::Assigned
            | Status::Claimed
            | Status::InProgress
            | Status::Closed
            | Status::Archived
            | Status::Withdrawn
            | Status::Merged,
            Reader::Resident | Reader::Caller | Reader::Nameless,
        )
        | (_, Reader::Staff) => return label(status, english),
    };
    if english { en } else { zh }
}

fn label(status: Status, english: bool) -> &'static str {
    if english { status.en() } else { status.zh() }
}
