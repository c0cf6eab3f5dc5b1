//! The table: what was measured, against what, and whether the goal is met.

use std::fmt::Write as _;

use serde::Serialize;

/// One line of the table.
#[derive(Debug, Serialize)]
pub struct Row {
    pub benchmark: String,
    pub ours: String,
    pub baseline: String,
    /// Of each round; empty where a number stands alone.
    pub ratios: Vec<f64>,
    pub goal: Goal,
    /// What is wanted once the goal is met.
    pub then: Option<f64>,
    pub met: bool,
}

impl Row {
    /// With a further goal.
    #[must_use]
    pub fn then(self, wanted: f64) -> Self {
        Self { then: Some(wanted), ..self }
    }
}

/// What is wanted.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// The median ratio is at least this.
    AtLeast(f64),
    /// The median ratio is at most this.
    AtMost(f64),
    /// Megabytes, fewer than.
    MegabytesBelow(f64),
    /// The figure itself is at least this, in this unit.
    NoLess(f64, &'static str),
    /// The figure itself is at most this, in this unit.
    NoMore(f64, &'static str),
    /// Nothing: what others reach, for comparison.
    Shown,
}

impl Goal {
    fn met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(wanted) | Self::NoLess(wanted, _) => value >= wanted,
            Self::AtMost(wanted) | Self::NoMore(wanted, _) => value <= wanted,
            Self::MegabytesBelow(wanted) => value < wanted,
            Self::Shown => true,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtLeast(wanted) => format!("≥ {wanted}"),
            Self::AtMost(wanted) => format!("≤ {wanted}"),
            Self::MegabytesBelow(wanted) => format!("< {wanted} MB"),
            Self::NoLess(wanted, unit) => format!("≥ {wanted}{unit}"),
            Self::NoMore(wanted, unit) => format!("≤ {wanted}{unit}"),
            Self::Shown => "–".to_owned(),
        }
    }
}

/// What the rounds of a comparison found: ours and the baseline's, round by round.
#[derive(Debug, Default)]
pub struct Rounds {
    ours: Vec<f64>,
    baseline: Vec<f64>,
    /// Why there is no baseline.
    missing: Option<String>,
}

impl Rounds {
    pub fn push(&mut self, ours: f64, baseline: f64) {
        self.ours.push(ours);
        self.baseline.push(baseline);
    }

    /// A round beside somebody who may be missing: then the row says how to get them.
    pub fn beside(&mut self, ours: f64, baseline: Result<f64, String>) {
        match baseline {
            Ok(baseline) => self.push(ours, baseline),
            Err(how) => {
                self.ours.push(ours);
                self.missing = Some(how);
            }
        }
    }

    /// A row whose two columns are written by `show`.
    pub fn row(&self, benchmark: &str, show: fn(f64) -> String, goal: Goal) -> Row {
        let ratios: Vec<f64> = self.ours.iter().zip(&self.baseline).map(|(ours, base)| ours / base).collect();
        let middle = median(&ratios);
        Row {
            benchmark: benchmark.to_owned(),
            ours: show(median(&self.ours)),
            baseline: self.missing.clone().unwrap_or_else(|| show(median(&self.baseline))),
            met: goal.met(middle),
            ratios,
            goal,
            then: None,
        }
    }
}

/// A row of a figure that stands alone.
pub fn alone(benchmark: &str, value: f64, show: fn(f64) -> String, goal: Goal) -> Row {
    Row {
        benchmark: benchmark.to_owned(),
        ours: show(value),
        baseline: "–".to_owned(),
        ratios: Vec::new(),
        goal,
        then: None,
        met: goal.met(value),
    }
}

/// The value that 99 in 100 do not exceed; 0 of none.
pub fn p99(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get((sorted.len() * 99 / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// The middle of the values; 0 of none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// `12,345/s`.
pub fn per_second(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}/s")
}

/// `0.42 ms`, of seconds.
pub fn milliseconds(seconds: f64) -> String {
    format!("{:.2} ms", seconds * 1000.0)
}

/// The table as text, columns aligned.
pub fn table(rows: &[Row]) -> String {
    let head = ["benchmark", "ours", "baseline", "ratio (min–max)", "goal", "met"].map(str::to_owned);
    let lines: Vec<[String; 6]> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let padded: Vec<String> =
            line.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        let _infallible = writeln!(text, "{}", padded.join("  ").trim_end());
    }
    text
}

fn cells(row: &Row) -> [String; 6] {
    let spread = row.ratios.iter().copied();
    let (least, most) = (spread.clone().fold(f64::INFINITY, f64::min), spread.fold(0.0, f64::max));
    let ratio = match (row.ratios.is_empty(), row.ratios.len()) {
        (true, _) => "–".to_owned(),
        (_, 1) => format!("{most:.2}"),
        _ => format!("{:.2} ({least:.2}–{most:.2})", median(&row.ratios)),
    };
    let then = row.then.map_or_else(String::new, |wanted| format!(", then {wanted}"));
    let goal = format!("{}{then}", row.goal.text());
    let met = match (row.goal, row.met) {
        (Goal::Shown, _) => "–",
        (_, true) => "yes",
        (_, false) => "NO",
    };
    [row.benchmark.clone(), row.ours.clone(), row.baseline.clone(), ratio, goal, met.to_owned()]
}
