//! Words of a vocabulary as cells have them, and digits that a spreadsheet spoilt.

use crate::http::text::fold;
use domain::words::labelled::Labelled;

/// What to say of a number that [`is_scientific`], in Chinese and English.
pub(super) const SCIENTIFIC: (&str, &str) =
    ("被表格软件改成了科学计数法,请把该列设为文本", "a spreadsheet rounded it; format the column as text");

/// The member of a vocabulary that a cell names: by its word, its Chinese or English label, or another usual name.
pub(super) fn member<T: Labelled>(cell: &str, others: &[(&str, T)]) -> Option<T> {
    let cell = fold(cell);
    let is = |m: &T| m.as_str() == cell || m.zh() == cell || m.en().eq_ignore_ascii_case(&cell);
    let other = || others.iter().find(|(name, _)| *name == cell).map(|(_, member)| *member);
    T::ALL.iter().copied().find(is).or_else(other)
}

/// The words of a vocabulary, for a message.
pub(super) fn words<T: Labelled>(spell: impl Fn(T) -> &'static str) -> String {
    T::ALL.iter().copied().map(spell).collect::<Vec<_>>().join(" / ")
}

/// Whether a spreadsheet turned digits into a rounded number (`6.10523E+11`, `6.10523E11`).
pub(super) fn is_scientific(cell: &str) -> bool {
    let cell = cell.to_ascii_uppercase();
    let rounded = cell.contains("E+") || (cell.contains('.') && cell.contains('E'));
    rounded && cell.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::organisation::AreaLevel;

    #[test]
    fn a_member_is_known_by_any_of_its_names() {
        for name in ["micro_grid", "Micro-grid", " ＭＩＣＲＯ_ＧＲＩＤ ", "微网格", "微網格", "小格子"]
        {
            assert_eq!(
                member(name, &[("小格子", AreaLevel::MicroGrid)]),
                Some(AreaLevel::MicroGrid),
                "{name}"
            );
        }
        assert_eq!(member::<AreaLevel>("", &[]), None);
    }

    #[test]
    fn every_label_is_known() {
        fn all<T: Labelled + PartialEq + std::fmt::Debug>() {
            for one in T::ALL {
                for name in [one.as_str(), one.zh(), one.en()] {
                    assert_eq!(member(name, &[]), Some(*one), "{name}");
                }
            }
        }
        all::<AreaLevel>();
        all::<domain::organisation::GridClass>();
        all::<domain::people::Role>();
        all::<domain::people::Employment>();
    }

    #[test]
    fn rounded_numbers_are_told_from_codes() {
        assert!(is_scientific("6.10523E+11") && is_scientific("1e+10") && is_scientific("6.10523E11"));
        assert!(!is_scientific("E+") && !is_scientific("610523") && !is_scientific("C++"));
    }
}
