//! The address of a PostgreSQL, understood as libpq understands it: so that one that cannot be meant is refused here,
//! without a word of it (libpq quotes what it does not understand, and that may be a password), and so that the rest can
//! be shown.

/// The schemes of PostgreSQL.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// What is said of an address that cannot be meant.
const HINT: &str = "cannot be understood: in a user or a password, write / as %2F, : as %3A, @ as %40, ? as %3F, # as %23 \
    and % as %25";

/// Whether it is one of PostgreSQL.
#[must_use]
pub fn is_postgres(url: &str) -> bool {
    SCHEMES.iter().any(|scheme| url.starts_with(scheme))
}

/// The address without its password and its parameters.
///
/// # Errors
/// When it cannot be understood, or not as it is meant. Nothing of it is told.
pub fn shown(url: &str) -> Result<String, &'static str> {
    let (scheme, rest) = url.split_once("://").ok_or(HINT)?;
    let (person, rest) = match rest.split_once('@') {
        Some((person, rest)) if !person.contains('/') => (Some(person), rest),
        _ => (None, rest),
    };
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, database) = place.split_once('/').map_or((place, None), |(hosts, name)| (hosts, Some(name)));
    let sound = hosts.split(',').all(is_host)
        && !database.unwrap_or("").contains(['@', ':'])
        && is_encoded(place)
        && is_encoded(person.unwrap_or(""))
        && parameters.split('&').all(|pair| parameters.is_empty() || is_parameter(pair));
    if !sound {
        return Err(HINT);
    }
    let person = person.map(|person| match person.split_once(':') {
        Some((user, _)) => format!("{user}:***@"),
        None => format!("{person}@"),
    });
    let database = database.map(|name| format!("/{name}"));
    Ok(format!("{scheme}://{}{hosts}{}", person.unwrap_or_default(), database.unwrap_or_default()))
}

/// `host`, `host:port`, `[address]` or `[address]:port`; of each as much as one likes.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(literal) => match literal.split_once(']') {
            Some((address, port)) => (address, port.strip_prefix(':').unwrap_or(port)),
            None => return false,
        },
        None => text.split_once(':').unwrap_or((text, "")),
    };
    !host.contains(['@', '[', ']']) && port.bytes().all(|b| b.is_ascii_digit())
}

fn is_parameter(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or(("", ""));
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        && !value.contains('=')
        && is_encoded(value)
}

/// Whether every `%` begins a byte in hexadecimal, and none of them is zero.
fn is_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let byte = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        byte.is_some_and(|byte| byte != 0) && !after.starts_with('+')
    })
}

#[cfg(test)]
mod tests {
    //! What is shown, and what is refused without being shown.

    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (url, expected) in [
            ("postgres://u:s3cr%40t@db:5432/x?password=s3cret", "postgres://u:***@db:5432/x"),
            ("postgres://db/x?password=s3cret", "postgres://db/x"),
            ("postgres://db/x?password=s3@cret", "postgres://db/x"),
            ("postgresql://u@db", "postgresql://u@db"),
            ("postgres://u:s3?cr#et:more@db/x", "postgres://u:***@db/x"),
            ("postgres://u:s3cret@a:1,[::1]:2,c/x", "postgres://u:***@a:1,[::1]:2,c/x"),
            ("postgres://u@%2Frun%2Fpg:5432/x?application_name=a&host=b", "postgres://u@%2Frun%2Fpg:5432/x"),
            ("postgres:///x?host=/run/pg", "postgres:///x"),
            ("postgres://", "postgres://"),
        ] {
            assert_eq!(shown(url).as_deref(), Ok(expected), "{url}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for url in [
            "postgres://u:s3@cret@db/x",
            "postgres://u:s3/cret@db/x",
            "postgres://u:12/s3cret@db/x",
            "postgres://u/1:s3cret@db/x",
            "postgres://u:s3%cret@db/x",
            "postgres://u:s3%00@db/x",
            "postgres://u:s3%+1@db/x",
            "postgres://u:s3cret@[::1/x",
            "postgres://u:s3cret@[::1]s3cret/x",
            "postgres://u:s3cret@db:s3cret/x",
            "postgres://db/x?password",
            "postgres://db/x?password=a=s3cret",
            "postgres://db/x?s3cret%",
            "postgres://db/x?s3cret&a=b",
            "s3cret",
        ] {
            let said = shown(url).unwrap_err();
            assert!(!said.contains("s3") && said.contains("%2F"), "{url}: {said}");
        }
    }
}
