//! The environment: which of its variables are settings, and how their names stand for them.
//!
//! What begins with `DIANDAN_` is a setting, or it is refused: a misspelled one would be believed to be set. Left aside
//! is what an orchestrator puts there by itself when a service is called `diandan` or `diandan-…`.

use anyhow::{Context, bail};
use figment::value::{Dict, Value};
use std::env;
use std::ffi::OsString;

/// What every variable begins with.
const PREFIX: &str = "DIANDAN_";
/// What stands between levels.
const LEVEL: &str = "__";
/// What begins so and is no setting: the file's place, and what single commands ask for.
const OTHERS: [&str; 3] = ["CONFIG", "ADMIN_PASSWORD", "SHARED_PASSWORD"];

/// The variable that sets this.
#[must_use]
pub fn variable(setting: &str) -> String {
    let name = setting.split('[').next().unwrap_or(setting);
    format!("{PREFIX}{}", name.replace('.', LEVEL).to_uppercase())
}

/// What a variable beside the settings says; empty: nothing.
///
/// # Errors
/// When it is no text.
pub fn given(name: &str) -> anyhow::Result<Option<String>> {
    env::var_os(name).map(|value| text(name, value)).transpose().map(Option::flatten)
}

fn text(name: &str, value: OsString) -> anyhow::Result<Option<String>> {
    let value = value.into_string().ok().with_context(|| format!("{name} is not UTF-8"))?;
    Ok((!value.trim().is_empty()).then_some(value))
}

/// The settings among variables, as texts: what they mean is for whoever reads them to say.
///
/// # Errors
/// Names a variable that is no text, or contradicts another one.
pub fn settings(variables: impl IntoIterator<Item = (OsString, OsString)>) -> anyhow::Result<Dict> {
    let mut settings = Dict::new();
    for (name, value) in variables {
        // a name that is no text is none of ours
        let Some(name) = name.to_str() else { continue };
        let Some((prefix, rest)) = name.split_at_checked(PREFIX.len()) else { continue };
        if !prefix.eq_ignore_ascii_case(PREFIX) {
            continue;
        }
        let rest = rest.to_uppercase();
        let Some(value) = text(name, value)? else { continue };
        if OTHERS.contains(&rest.as_str()) || is_of_a_service(&rest, &value) {
            continue;
        }
        let levels: Vec<String> = rest.to_lowercase().split(LEVEL).map(ToOwned::to_owned).collect();
        put(&mut settings, &levels, value).with_context(|| format!("{name} contradicts another variable"))?;
    }
    Ok(settings)
}

fn put(dict: &mut Dict, levels: &[String], value: String) -> anyhow::Result<()> {
    match levels {
        [] => Ok(()),
        [last] => match dict.insert(last.clone(), value.into()) {
            None => Ok(()),
            Some(_) => bail!("{last} is set twice"),
        },
        [first, rest @ ..] => match dict.entry(first.clone()).or_insert_with(|| Value::from(Dict::new())) {
            Value::Dict(_, inner) => put(inner, rest, value),
            _ => bail!("{first} has settings below it"),
        },
    }
}

/// Whether it is one of those that Kubernetes sets for each service in reach, and Docker for each container that is
/// linked: of a service `diandan-web`, `DIANDAN_WEB_SERVICE_HOST` and so on. Their values are looked at too, so that
/// `DIANDAN_PORT=8080` is not taken for one.
fn is_of_a_service(rest: &str, value: &str) -> bool {
    if rest.contains(LEVEL) {
        return false;
    }
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let address = ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme));
    // beginning with a word or with nothing: the service's own name may go on
    let tails = |word: &str| {
        let starts: Vec<usize> = rest.match_indices(word).map(|(at, _)| at).collect();
        let whole = |at: &usize| *at == 0 || rest.get(..*at).is_some_and(|before| before.ends_with('_'));
        starts.into_iter().filter(whole).filter_map(|at| rest.get(at + word.len()..)).collect::<Vec<_>>()
    };
    let port = |tail: &str| match tail.split('_').collect::<Vec<_>>().as_slice() {
        [""] => address,
        ["", port, "TCP" | "UDP" | "SCTP"] => number(port) && address,
        ["", port, "TCP" | "UDP" | "SCTP", "PROTO" | "PORT" | "ADDR"] => number(port),
        _ => false,
    };
    tails("SERVICE_HOST").contains(&"")
        || tails("SERVICE_PORT")
            .iter()
            .any(|tail| (tail.is_empty() || tail.starts_with('_')) && number(value))
        || tails("PORT").into_iter().any(port)
        || tails("NAME").contains(&"") && value.starts_with('/')
        || tails("ENV_").iter().any(|tail| !tail.is_empty())
}

#[cfg(test)]
mod tests {
    //! Which variables count.

    use super::*;

    fn of(variables: &[(&str, &str)]) -> anyhow::Result<Dict> {
        settings(variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))))
    }

    #[test]
    fn names_stand_for_settings() {
        let found =
            of(&[("DIANDAN_MODE", "production"), ("diandan_web__drain_s", "5"), ("PATH", "/bin")]).unwrap();
        assert_eq!(found.get("mode").and_then(Value::as_str), Some("production"));
        let web = found.get("web").and_then(Value::as_dict).unwrap();
        assert_eq!(web.get("drain_s").and_then(Value::as_str), Some("5"));
        assert_eq!(found.len(), 2);
        assert_eq!(variable("privacy.previous_keys[1]"), "DIANDAN_PRIVACY__PREVIOUS_KEYS");
    }

    #[test]
    fn what_contradicts_is_named() {
        for (one, other) in [
            ("DIANDAN_WEB", "DIANDAN_WEB__DRAIN_S"),
            ("DIANDAN_MODE", "diandan_mode"),
            ("DIANDAN_A__B", "DIANDAN_A"),
        ] {
            for pair in [[(one, "1"), (other, "2")], [(other, "2"), (one, "1")]] {
                let said = format!("{:#}", of(&pair).unwrap_err());
                assert!(said.to_uppercase().contains("DIANDAN_") && said.contains("contradicts"), "{said}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_text_is_refused() {
        use std::os::unix::ffi::OsStringExt;
        let bad = OsString::from_vec(b"s3cret\xff".to_vec());
        let said = format!("{:#}", settings([(OsString::from("DIANDAN_MODE"), bad)]).unwrap_err());
        assert!(said.contains("DIANDAN_MODE is not UTF-8") && !said.contains("s3cret"), "{said}");
    }

    #[test]
    fn what_an_orchestrator_sets_is_left_aside() {
        for (name, value) in [
            ("SERVICE_HOST", "10.96.0.12"),
            ("SERVICE_PORT", "8080"),
            ("SERVICE_PORT_HTTP", "8080"),
            ("SERVICE_PORT_HTTP_METRICS", "9090"),
            ("PORT", "tcp://10.96.0.12:8080"),
            ("PORT_8080_TCP", "tcp://10.96.0.12:8080"),
            ("PORT_8080_TCP_PROTO", "tcp"),
            ("PORT_8080_TCP_PORT", "8080"),
            ("PORT_8080_TCP_ADDR", "10.96.0.12"),
            ("PORT_53_UDP", "udp://10.96.0.12:53"),
            ("PORT_9_SCTP_ADDR", "10.96.0.12"),
            ("WEB_SERVICE_HOST", "fd00::12"),
            ("WEB_PORT_80_TCP_ADDR", "fd00::12"),
            ("PORT_SERVICE_HOST", "10.96.0.12"),
            ("PORT_PORT_80_TCP", "tcp://10.96.0.12:80"),
            ("REDIS_SERVICE_PORT", "6379"),
            ("REDIS_PORT", "tcp://10.96.0.13:6379"),
            ("NAME", "/web/diandan"),
            ("ENV_PATH", "/usr/bin"),
            ("ENV_PG_VERSION", "15"),
        ] {
            assert!(is_of_a_service(name, value), "{name}={value}");
            assert!(of(&[(&format!("DIANDAN_{name}"), value)]).unwrap().is_empty());
        }
    }

    #[test]
    fn what_only_looks_like_it_is_a_setting_or_a_mistake() {
        for (name, value) in [
            ("PORT", "8080"),
            ("SERVICE_PORT", "http"),
            ("SERVICE", "x"),
            ("REPORT", "tcp://x"),
            ("PORT_HTTP_TCP", "tcp://10.96.0.12:80"),
            ("PORT_80_TCP_X", "80"),
            ("NAME", "diandan"),
            ("WEB__PORT", "tcp://10.96.0.12:80"),
            ("WEB__SERVICE_HOST", "10.96.0.12"),
            ("ENV", "production"),
            ("REDIS_URL", "redis://10.96.0.13"),
            ("BIND", "0.0.0.0:8080"),
        ] {
            assert!(!is_of_a_service(name, value), "{name}={value}");
        }
    }
}
