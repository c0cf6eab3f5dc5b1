//! Each state has one sentence for the resident: what happens now, by whom, by when, whom to ask.

use crate::cast::scenes;
use domain::order::sentence::{Names, sentence};
use std::fmt::Write as _;

const NAMES: Names<'static> = Names { inbox: "西郊社区", holder: Some("王**"), candidates: Some(3) };

fn snapshot(name: &str, text: String) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn every_state_has_its_sentence() {
    let mut all = String::new();
    for (name, story) in scenes::all() {
        for english in [false, true] {
            let text = sentence(&story.order, &NAMES, story.now, english);
            writeln!(all, "{name:21} | {text}").unwrap();
        }
    }
    snapshot("sentences", all);
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
    let nobody = Names { inbox: "西郊社区", holder: None, candidates: None };
    let mut all = String::new();
    for scene in [scenes::pooled(), scenes::assigned_to_unit(), scenes::claimed(), scenes::half_pooled()] {
        for english in [false, true] {
            writeln!(all, "{}", sentence(&scene.order, &nobody, scene.now, english)).unwrap();
        }
    }
    snapshot("sentences_nobody", all);
}
