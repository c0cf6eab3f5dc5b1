//! What a step was about, for people: which request, until when, for what reason.

use crate::http::locale::Lang;
use crate::http::time::minute;
use domain::order::{Ask, Event, Reason};

/// What this event was about; nothing where its name says it all. Why colleagues moved it between them is for staff.
#[must_use]
pub fn about(event: &Event, staff: bool, lang: Lang) -> Option<String> {
    let why = |reason: Reason| Some(lang.label(reason).to_owned());
    match event {
        Event::Withdrawn { reason } => reason.and_then(why),
        Event::Rated { solved: false, .. } => Some(lang.pick("没有解决", "not solved").to_owned()),
        Event::Disputed { reason, .. }
        | Event::Rejected { reason }
        | Event::SentBack { reason }
        | Event::Upheld { reason } => why(*reason),
        Event::Recalled { reason, .. }
        | Event::Transferred { reason, .. }
        | Event::Released { reason, .. }
        | Event::ReportedUp { reason, .. } => why(*reason).filter(|_| staff),
        Event::Requested { ask, reason } => {
            let (what, why) = (asked(*ask, lang), lang.label(*reason));
            Some(lang.pick(&format!("{what}（{why}）"), &format!("{what} ({why})")).to_owned())
        }
        Event::RequestGranted { ask, .. }
        | Event::RequestRefused { ask }
        | Event::RequestWithdrawn { ask } => Some(asked(*ask, lang)),
        _ => None,
    }
}

fn asked(ask: Ask, lang: Lang) -> String {
    match ask {
        Ask::Suspend { until } => {
            let until = minute(until);
            lang.pick(&format!("挂起至{until}"), &format!("suspension until {until}")).to_owned()
        }
        Ask::Extend { minutes } => {
            let (n, zh, en) = match minutes {
                n if n % 1440 == 0 => (n / 1440, "天", "d"),
                n if n % 60 == 0 => (n / 60, "小时", "h"),
                n => (n, "分钟", "min"),
            };
            lang.pick(&format!("延期{n}{zh}"), &format!("extension by {n} {en}")).to_owned()
        }
        Ask::HandBack => lang.pick("退单", "hand-back").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use domain::At;
    use domain::words::labelled::Labelled;

    #[test]
    fn a_request_is_told_with_what_it_asks_for() {
        let until: At = DateTime::parse_from_rfc3339("2026-11-30T17:30:00Z").unwrap().to_utc();
        let suspend = Event::RequestGranted { ask: Ask::Suspend { until }, attempt: 1 };
        assert_eq!(about(&suspend, false, Lang::Zh).unwrap(), "挂起至2026-12-01 01:30");
        for (minutes, zh, en) in
            [(4320, "延期3天", "3 d"), (120, "延期2小时", "2 h"), (90, "延期90分钟", "90 min")]
        {
            let refused = Event::RequestRefused { ask: Ask::Extend { minutes } };
            assert_eq!(about(&refused, true, Lang::Zh).unwrap(), zh);
            assert!(about(&refused, true, Lang::En).unwrap().ends_with(en));
        }
        let asked = Event::Requested { ask: Ask::HandBack, reason: Reason::NotOurDuty };
        assert_eq!(about(&asked, true, Lang::Zh).unwrap(), format!("退单（{}）", Reason::NotOurDuty.zh()));
    }

    #[test]
    fn why_colleagues_moved_it_is_for_staff() {
        let recalled = Event::Recalled { attempt: 1, reason: Reason::WrongDispatch };
        assert!(about(&recalled, true, Lang::Zh).is_some() && about(&recalled, false, Lang::Zh).is_none());
        assert!(about(&Event::SentBack { reason: Reason::NotFinished }, false, Lang::Zh).is_some());
    }
}
