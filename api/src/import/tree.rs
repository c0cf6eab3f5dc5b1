//! How imported areas hang together: each below a parent of a higher level, none below itself, parents first.

use super::areas::record::{AreaRecord, Parent};
use super::report::Report;
use crate::organisation::tree::may_hold;

use std::collections::{HashMap, HashSet};

/// For each record the place of its parent, if that is in the file; a parent that is not above is reported.
pub(super) fn link(records: &[AreaRecord], report: &mut Report) -> Vec<Option<usize>> {
    let mut places = HashMap::new();
    for (place, record) in records.iter().enumerate() {
        places.entry(record.code.as_str()).or_insert(place);
    }
    let unknown: HashSet<usize> =
        report.0.iter().filter(|bad| bad.field == "level").map(|bad| bad.line).collect();
    let mut parents = Vec::with_capacity(records.len());
    for record in records {
        let Parent::Elsewhere(code) = &record.parent else {
            parents.push(None);
            continue;
        };
        let place = places.get(code.as_str()).copied();
        parents.push(place);
        let Some(parent) = place.and_then(|place| records.get(place)) else { continue };
        let known = !unknown.contains(&record.line) && !unknown.contains(&parent.line);
        if known && parent.code != record.code && !is_above(parent, record) {
            let line = parent.line;
            let zh = format!("上级(第{line}行)的层级应高于本级");
            let en = format!("the parent (line {line}) must be of a higher level");
            report.add(record.line, "parent_code", code, zh, en);
        }
    }
    parents
}

fn is_above(parent: &AreaRecord, child: &AreaRecord) -> bool {
    may_hold((parent.level, parent.grid_class), (child.level, child.grid_class))
}

/// The records, every parent before its children and otherwise in the order of the file, each with the place of its
/// parent. Records that are below themselves are reported.
pub(super) fn order(
    records: Vec<AreaRecord>,
    parents: &[Option<usize>],
    report: &mut Report,
) -> Vec<AreaRecord> {
    let (depths, looped) = depths(parents);
    for record in looped.iter().filter_map(|place| records.get(*place)) {
        let Parent::Elsewhere(code) = &record.parent else { continue };
        report.add(record.line, "parent_code", code, "上级关系形成循环", "the area is below itself");
    }
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_by_key(|place| depths.get(*place));
    let mut places = vec![0; records.len()];
    for (new, old) in order.iter().enumerate() {
        if let Some(place) = places.get_mut(*old) {
            *place = new;
        }
    }
    let mut sorted: Vec<_> = records.into_iter().zip(parents).zip(depths).collect();
    for ((record, parent), _) in &mut sorted {
        if let Some(place) = parent.and_then(|parent| places.get(parent)) {
            record.parent = Parent::Record(*place);
        }
    }
    sorted.sort_by_key(|(_, depth)| *depth);
    sorted.into_iter().map(|((record, _), _)| record).collect()
}

/// The depth of each place below its top, and the places that are below themselves. Each is visited once, however
/// the parents are linked.
fn depths(parents: &[Option<usize>]) -> (Vec<usize>, Vec<usize>) {
    let mut depths: Vec<Option<usize>> = vec![None; parents.len()];
    let mut walked = vec![false; parents.len()];
    let mut looped = Vec::new();
    for start in 0..parents.len() {
        let mut path = Vec::new();
        let mut next = Some(start);
        while let Some(at) = next.filter(|at| walked.get(*at) == Some(&false)) {
            path.push(at);
            walked.iter_mut().skip(at).take(1).for_each(|seen| *seen = true);
            next = parents.get(at).copied().flatten();
        }
        // Walked but without a depth yet: the path ran into itself.
        let known = next.map(|at| depths.get(at).copied().flatten());
        if let (Some(None), Some(from)) = (known, path.iter().position(|at| Some(*at) == next)) {
            looped.extend(path.iter().skip(from));
        }
        let above = known.flatten().map_or(0, |depth| depth + 1);
        for (depth, at) in (above..).zip(path.into_iter().rev()) {
            depths.iter_mut().skip(at).take(1).for_each(|slot| *slot = Some(depth));
        }
    }
    (depths.into_iter().map(Option::unwrap_or_default).collect(), looped)
}

#[cfg(test)]
mod tests {
    use super::super::{Table, parse_areas};
    use super::*;

    fn parse(rows: &[(&str, &str, &str, &str)]) -> (Vec<String>, Vec<(usize, String)>) {
        let row = |(level, code, parent, class): &(&str, &str, &str, &str)| {
            format!("{level},{code},名,{parent},{class}\n")
        };
        let text =
            format!("level,code,name,parent_code,grid_class\n{}", rows.iter().map(row).collect::<String>());
        let (records, bad) = parse_areas(&Table::read(text.as_bytes()).unwrap());
        (
            records.into_iter().map(|r| r.code).collect(),
            bad.into_iter().map(|b| (b.line, b.reason_en)).collect(),
        )
    }

    #[test]
    fn children_follow_their_parents() {
        let rows = [
            ("village", "v", "t", ""),
            ("town", "t", "c", ""),
            ("county", "c", "", ""),
            ("town", "u", "c", ""),
        ];
        assert_eq!(parse(&rows), (["c", "t", "u", "v"].map(str::to_owned).to_vec(), vec![]));
    }

    #[test]
    fn a_parent_is_of_a_higher_level() {
        let rows = [("village", "v", "", ""), ("village", "w", "v", ""), ("town", "t", "v", "")];
        let (_, bad) = parse(&rows);
        assert_eq!(bad.iter().map(|bad| bad.0).collect::<Vec<_>>(), [3, 4]);
        let grids =
            [("grid", "a", "", "level1"), ("grid", "b", "a", "level2"), ("grid", "c", "b", "dedicated")];
        assert_eq!(parse(&grids).1, vec![]);
        let grids = [("grid", "a", "", "level2"), ("grid", "b", "a", "level1"), ("grid", "c", "a", "")];
        assert_eq!(parse(&grids).1.len(), 2);
    }

    #[test]
    fn nobody_is_below_himself() {
        assert_eq!(parse(&[("town", "t", "t", "")]).1, [(2, "the area is below itself".to_owned())]);
        let ring = [
            ("village", "x", "a", ""),
            ("county", "a", "c", ""),
            ("town", "b", "a", ""),
            ("village", "c", "b", ""),
        ];
        let looped: Vec<_> =
            parse(&ring).1.into_iter().filter(|bad| bad.1.contains("itself")).map(|bad| bad.0).collect();
        assert_eq!(looped, [3, 4, 5]);
    }

    #[test]
    fn an_unknown_level_is_reported_once() {
        let rows = [("planet", "p", "", ""), ("town", "t", "p", ""), ("village", "v", "t", "")];
        assert_eq!(parse(&rows).1.len(), 1);
    }

    #[test]
    fn long_chains_and_rings_take_no_time() {
        let n = 200_000;
        let chain: Vec<_> = (0..n).map(|at| (at + 1 < n).then_some(at + 1)).collect();
        let (depth, looped) = depths(&chain);
        assert_eq!((depth[0], depth[n - 1], looped.len()), (n - 1, 0, 0));
        let ring: Vec<_> = (0..n).map(|at| Some((at + 1) % n)).collect();
        assert_eq!(depths(&ring).1.len(), n);
    }
}
