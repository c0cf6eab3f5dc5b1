//! Every reason code belongs to one kind, and every command takes the reasons of its kind only.

use crate::cast::scenes::{
    assigned_to_unit, claimed, disputed, in_progress, pending_check, pooled, resolved, submitted,
};
use crate::cast::{Story, Who};
use crate::invalid;
use chrono::TimeDelta;
use domain::order::rejection::Invalid;
use domain::order::{Command, Reason, ReasonKind};
use domain::words::labelled::Labelled;

/// Where a reason of this kind is given, and by whom; none for what only the system says.
fn given(kind: ReasonKind, reason: Reason) -> Option<(Story, Who, Command)> {
    let until = claimed().now + TimeDelta::days(1);
    Some(match kind {
        ReasonKind::Reject => (submitted(), Who::Dispatcher, Command::Reject { reason }),
        ReasonKind::Withdraw => (pooled(), Who::Reporter, Command::Withdraw { reason }),
        ReasonKind::Recall => (pooled(), Who::Dispatcher, Command::Recall { reason }),
        ReasonKind::Release => (claimed(), Who::Worker, Command::Release { reason }),
        ReasonKind::HandBack => (assigned_to_unit(), Who::UnitHandler, Command::RequestHandBack { reason }),
        ReasonKind::Transfer => {
            (claimed(), Who::Leader, Command::Transfer { assignee: Who::Candidate.person(), reason })
        }
        ReasonKind::ReportUp => (in_progress(), Who::Worker, Command::ReportUp { reason }),
        ReasonKind::Suspend => (claimed(), Who::Worker, Command::RequestSuspend { reason, until }),
        ReasonKind::Extend => (claimed(), Who::Worker, Command::RequestExtend { reason, minutes: 5 }),
        ReasonKind::SendBack => (pending_check(), Who::Dispatcher, Command::SendBack { reason }),
        ReasonKind::Dispute => (resolved(), Who::Reporter, Command::Dispute { reason }),
        ReasonKind::Uphold => (disputed(), Who::Supervisor, Command::Uphold { reason }),
        ReasonKind::ShutOut => return None,
    })
}

#[test]
fn a_command_takes_the_reasons_of_its_kind_and_no_others() {
    for kind in ReasonKind::ALL {
        for reason in Reason::ALL {
            let Some((story, who, command)) = given(*kind, *reason) else { continue };
            match story.attempt(who, &command) {
                Ok(_) => assert_eq!(reason.kind(), *kind, "{reason} for {kind}"),
                Err(refusal) => {
                    assert_ne!(reason.kind(), *kind, "{reason} for {kind}: {refusal:?}");
                    assert_eq!(refusal, invalid("reason", Invalid::WrongReasonKind), "{reason} for {kind}");
                }
            }
        }
    }
}
