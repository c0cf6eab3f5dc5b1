//! The areas that the binary brings: the official divisions of nine counties, down to villages (`data/README.md`).

use anyhow::ensure;

/// China's statistical division codes (china-division 2.7.0, MIT); see `data/README.md`.
const AREAS: &str = include_str!("../../data/areas.csv");

/// The rows of a county: what is above it, itself, and all below, each `level,code,name,parent_code`.
///
/// # Errors
/// Names the counties that there are when this is none of them.
pub fn county(code: &str) -> anyhow::Result<Vec<Vec<&'static str>>> {
    let rows = || AREAS.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let is = |row: &Vec<&str>, level: &str| row.first() == Some(&level);
    let known: Vec<String> = rows()
        .filter(|row| is(row, "county"))
        .filter_map(|row| Some(format!("{} {}", row.get(1)?, row.get(2)?)))
        .collect();
    ensure!(
        known.iter().any(|county| county.split(' ').next() == Some(code)),
        "no county {code} in this binary, only: {}. Import a file of your own",
        known.join(", ")
    );
    let wanted = |own: &str| own.starts_with(code) || code.starts_with(own);
    Ok(rows().filter(|row| row.get(1).is_some_and(|own| wanted(own))).collect())
}

/// The rows of a county as a file to import, with the prefix of its order numbers.
///
/// # Errors
/// As [`county`].
pub fn file(code: &str, prefix: &str) -> anyhow::Result<String> {
    let mut file = String::from("level,code,name,parent_code,number_prefix\n");
    for row in county(code)? {
        let own = if row.get(1) == Some(&code) { prefix } else { "" };
        file.push_str(&format!("{},{own}\n", row.join(",")));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_county_comes_with_what_is_above_and_below() {
        let rows = county("610523").unwrap();
        let levels: Vec<&str> = rows.iter().map(|row| row[0]).collect();
        assert_eq!(levels[..3], ["province", "city", "county"]);
        assert_eq!(levels.iter().filter(|level| **level == "town").count(), 17);
        assert!(rows.iter().all(|row| row.len() == 4));
        let file = file("610523", "DL").unwrap();
        assert!(file.contains("610523,大荔县,6105,DL\n") && !file.contains("渭南市,61,DL"), "{file}");
    }

    #[test]
    fn what_is_not_there_is_named() {
        for wrong in ["61", "6105", "999999", "", "610523001"] {
            let said = county(wrong).unwrap_err().to_string();
            assert!(said.contains("610523 大荔县"), "{wrong}: {said}");
        }
    }
}
