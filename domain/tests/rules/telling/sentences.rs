//! Each state has one sentence for whoever reads it: what happens now, by whom, by when, whom to ask. Residents read plain
//! words, staff the official ones.

use crate::cast::scenes;
use crate::cast::{Story, Who, rules};
use domain::catalogue::ServiceRules;
use domain::order::sentence::{Holder, Names, Offered, Office, Reader, brief, has_lapsed, sentence, status};
use domain::order::{Command, Reason, Status, TimerKind};
use domain::people::Role;
use domain::words::labelled::Labelled;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const NAMES: Names<'static> = Names {
    reader: Reader::Resident,
    community: "西郊社区",
    office: Office { name: None, phone: None },
    holder: Some(Holder { name: Some("张建国"), role: Some(Role::GridWorker) }),
    offered: Some(Offered { people: 3, role: Some(Role::GridWorker) }),
    lapsed: None,
};
const OFFICE: Office<'static> =
    Office { name: Some("西郊社区便民服务站"), phone: Some("09133212345") };
const READERS: [Reader; 4] = [Reader::Resident, Reader::Caller, Reader::Nameless, Reader::Staff];

fn snapshot(name: &str, text: String) {
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

/// Withdrawn by the system: nobody answered.
fn lapsed() -> Story {
    let mut story = scenes::need_info();
    story.now = story.order.timer(TimerKind::NeedInfo).unwrap();
    story.act(Who::System, Command::Expire { timer: TimerKind::NeedInfo }).clone()
}

/// Rated as not solved after the reopen window.
fn closed_unsolved() -> Story {
    let mut story = Story::begin(ServiceRules { reopen_days: 1, ..rules() });
    story.act(Who::Dispatcher, Command::AnswerDirectly).wait(2 * 1440);
    story.act(Who::Reporter, Command::Rate { score: 1, solved: false }).clone()
}

/// Every state there is: those that commands lead to, and those that none leads to yet.
fn every_state() -> Vec<(&'static str, Story)> {
    let mut all = scenes::all();
    all.extend(scenes::callers());
    all.extend([("withdrawn, lapsed", lapsed()), ("closed, not solved", closed_unsolved())]);
    for reason in [Reason::Duplicate, Reason::Legal, Reason::Emergency, Reason::Unclear] {
        let mut story = scenes::submitted();
        all.push((reason.as_str(), story.act(Who::Dispatcher, Command::Reject { reason }).clone()));
    }
    for (name, state) in [("archived", Status::Archived), ("merged", Status::Merged)] {
        let mut story = scenes::rated();
        story.order.status = state;
        all.push((name, story));
    }
    let met: BTreeSet<Status> = all.iter().map(|(_, story)| story.order.status).collect();
    assert_eq!(met.len(), Status::ALL.len(), "no state is left out");
    all
}

#[test]
fn every_state_has_its_sentence_for_every_reader() {
    let mut all = String::new();
    for (name, story) in every_state() {
        for reader in READERS {
            let lapsed = has_lapsed(&story.history).then_some(3);
            let names = Names { reader, office: OFFICE, lapsed, ..NAMES };
            for english in [false, true] {
                let state = status(&story.order, &names, english);
                let text = sentence(&story.order, &names, story.now, english);
                for bad in ["0位", "*", " 0 "] {
                    assert!(!text.contains(bad) && !state.contains(bad), "{name}: {state} | {text}");
                }
                let says = if english { "(tel. 09133212345)" } else { "电话09133212345" };
                assert!(text.contains(says), "{name}, {reader:?}: whom to ask: {text}");
                let addressed = text.contains('您') || state.contains('您');
                assert!(reader != Reader::Staff || !addressed, "{name}: staff are not the resident: {text}");
                writeln!(all, "{name:21} | {reader:?} | {state} | {text}").unwrap();
            }
        }
    }
    snapshot("sentences", all);
}

#[test]
fn residents_read_plain_words_and_staff_the_official_ones() {
    for (state, resident, caller) in [
        (Status::PendingCheck, "办完了，社区正在核实", "办完了，社区正在核实"),
        (Status::Resolved, "办好了，请您评价", "办好了，会打电话问您"),
        (Status::Disputed, "还没办好", "还没办好"),
        (Status::InProgress, "办理中", "办理中"),
    ] {
        assert_eq!(brief(state, Reader::Resident, false), resident);
        assert_eq!(brief(state, Reader::Caller, false), caller);
        assert_eq!(brief(state, Reader::Staff, false), state.zh());
    }
    let names = Names { office: OFFICE, ..NAMES };
    assert_eq!(
        status(&scenes::rejected().order, &names, false),
        "这事归主管部门管，找哪个部门请问西郊社区便民服务站，电话09133212345"
    );
    let lapsed_names = Names { lapsed: Some(3), ..names };
    assert_eq!(status(&lapsed().order, &lapsed_names, false), "3天没收到先收起，您随时可再提");
    assert_eq!(status(&scenes::withdrawn().order, &names, false), "已撤销");
}

#[test]
fn pooled_says_how_many_were_told_and_what_happens_otherwise() {
    let story = scenes::pooled();
    assert_eq!(
        sentence(&story.order, &NAMES, story.now, false),
        "已派给附近3位网格员，待认领；10分钟无人认领将由西郊社区直接指派。"
    );
}

#[test]
fn people_are_counted_as_what_they_are_and_nobody_as_zero() {
    let story = scenes::pooled();
    let told = |people, role, english| {
        let names = Names { offered: Some(Offered { people, role }), ..NAMES };
        sentence(&story.order, &names, story.now, english)
    };
    for (role, zh, en) in [
        (Some(Role::GridWorker), "2位网格员", "2 grid workers"),
        (Some(Role::Volunteer), "2位党员志愿者", "2 volunteers"),
        (Some(Role::UnitHandler), "2位单位工作人员", "2 unit workers"),
        (Some(Role::GridLeader), "2位网格长", "2 grid leaders"),
        (None, "2位工作人员", "2 workers"),
    ] {
        assert!(told(2, role, false).contains(zh), "{}", told(2, role, false));
        assert!(told(2, role, true).contains(en), "{}", told(2, role, true));
    }
    assert!(told(1, Some(Role::GridWorker), true).contains("to 1 grid worker nearby"));
    assert_eq!(told(0, None, false), "已派单，附近暂时没有能接单的人，待认领；将由西郊社区直接指派。");
    assert!(!told(0, None, true).contains('0'));
}

#[test]
fn what_is_late_is_said_to_be_late() {
    let mut late = String::new();
    for (name, mut story) in scenes::all() {
        story.wait(20 * 1440);
        writeln!(late, "{name:21} | {}", sentence(&story.order, &NAMES, story.now, false)).unwrap();
    }
    snapshot("sentences_late", late);
}

#[test]
fn without_names_nobody_is_named() {
    let nobody = Names { holder: None, offered: None, ..NAMES };
    let role = Names { holder: Some(Holder { name: None, role: Some(Role::Volunteer) }), ..nobody };
    let mut all = String::new();
    for scene in [scenes::pooled(), scenes::assigned_to_unit(), scenes::claimed(), scenes::half_pooled()] {
        for (names, english) in [(nobody, false), (nobody, true), (role, false), (role, true)] {
            writeln!(all, "{}", sentence(&scene.order, &names, scene.now, english)).unwrap();
        }
    }
    snapshot("sentences_nobody", all);
}
