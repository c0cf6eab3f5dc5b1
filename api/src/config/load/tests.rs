//! Every setting, in both sources: empty, a number for a text, wrong in every way; and no value in any error.

use super::*;
use secrecy::ExposeSecret;

/// What stands where something else is meant. No error may say it.
const SECRET: &str = "s3cret-that-nobody-may-see";
const NUMBER: &str = "918273645546372";

fn environment(variables: &[(&str, &str)]) -> anyhow::Result<Config> {
    let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    understand(vec![Source { name: ENVIRONMENT.into(), settings: environment::settings(variables)? }])
}

fn file(text: &str) -> anyhow::Result<Config> {
    understand(vec![Source { name: "diandan.toml".into(), settings: parse(text)? }])
}

/// Every setting there is, as serde names them when it is asked for one that is not there.
fn settings() -> Vec<String> {
    let known = |toml: &str| -> Vec<String> {
        let source = Source { name: String::new(), settings: parse(toml).unwrap() };
        let error = Figment::from(source).extract_lossy::<Config>().unwrap_err();
        match error.kind {
            Kind::UnknownField(_, known) => known.iter().map(ToString::to_string).collect(),
            kind => panic!("{toml}: {kind:?}"),
        }
    };
    let sections = ["auth", "privacy", "web", "log", "push"];
    let top = known("no_such_setting = 1").into_iter().filter(|name| !sections.contains(&name.as_str()));
    let below = sections.iter().flat_map(|section| {
        let names = known(&format!("[{section}]\nno_such_setting = 1"));
        names.into_iter().map(move |name| format!("{section}.{name}"))
    });
    let all: Vec<String> = top.chain(below).collect();
    assert!(
        all.len() > 35 && all.contains(&"mode".into()) && all.contains(&"push.at_once".into()),
        "{all:?}"
    );
    all
}

fn default() -> String {
    format!("{:?}", Config::default())
}

/// A configuration with its secrets in the clear.
fn shown(config: &Config) -> String {
    let secrets =
        [&config.database_url, &config.redis_url, &config.redis_sentinel_password, &config.push.webhook_url];
    let optional =
        [&config.auth.jwt_secret, &config.auth.jwt_previous_secret, &config.privacy.key, &config.push.secret];
    let list = config.privacy.previous_keys.iter();
    let all = secrets.into_iter().chain(optional.into_iter().flatten()).chain(list);
    format!("{config:?} {:?}", all.map(ExposeSecret::expose_secret).collect::<Vec<_>>())
}

#[test]
fn empty_is_not_set_for_any_setting() {
    for setting in settings() {
        for blank in ["", " ", "\t\n"] {
            let config = environment(&[(&variable(&setting), blank)]);
            assert_eq!(format!("{:?}", config.unwrap()), default(), "{setting} {blank:?}");
            let config = file(&format!("{setting} = {blank:?}"));
            assert_eq!(shown(&config.unwrap()), shown(&Config::default()), "{setting} {blank:?}");
        }
    }
}

/// An empty variable leaves what the file says.
#[test]
fn empty_in_the_environment_leaves_the_file() {
    let variables = [("DIANDAN_WEB__DRAIN_S", ""), ("DIANDAN_REDIS_PREFIX", " "), ("DIANDAN_WORKERS", "2")];
    let variables = variables.map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let config = understand(vec![
        Source {
            name: "f".into(),
            settings: parse("redis_prefix = 'x'\nworkers = 1\n[web]\ndrain_s = 7").unwrap(),
        },
        Source { name: ENVIRONMENT.into(), settings: environment::settings(variables).unwrap() },
    ]);
    let config = config.unwrap();
    assert_eq!((config.web.drain_s, config.redis_prefix.as_str(), config.workers), (7, "x", 2));
}

#[test]
fn a_number_is_text_where_text_is_meant() {
    for text in ["123456", "1e3", "true", "[1]", "{a=1}", "'x'", "\"x\"", "0x10"] {
        for setting in [
            "database_url",
            "redis_url",
            "redis_sentinel_password",
            "redis_prefix",
            "redis_ca",
            "data_dir",
            "log.level",
            "auth.jwt_secret",
            "auth.jwt_previous_secret",
            "privacy.key",
            "push.secret",
            "push.webhook_url",
        ] {
            let config = environment(&[(&variable(setting), text)]).unwrap();
            let quoted = format!("{text:?}");
            assert!(shown(&config).contains(&quoted), "{setting}={text}: {}", shown(&config));
        }
    }
    let numbers =
        [("DIANDAN_PRIVACY__PREVIOUS_KEYS", "123456,1e3"), ("DIANDAN_WEB__CORS_ORIGINS", "[\"1\"]")];
    let config = environment(&numbers).unwrap();
    assert!(shown(&config).contains("\"123456\", \"1e3\"") && config.web.cors_origins == ["1"]);
}

#[test]
fn what_is_no_text_is_read_from_text() {
    let config = environment(&[
        ("DIANDAN_MODE", "production"),
        ("DIANDAN_BIND", "0.0.0.0:80"),
        ("DIANDAN_MANAGEMENT_BIND", "[::1]:9090"),
        ("DIANDAN_AUTO_MIGRATE", "false"),
        ("DIANDAN_WEB__DOCS", "true"),
        ("DIANDAN_CONNECTIONS", " 9 "),
        ("DIANDAN_AUTH__LOCK_AFTER", "7"),
        ("DIANDAN_LOG__FORMAT", "text"),
        ("DIANDAN_WEB__TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8,172.31.250.10"),
        ("DIANDAN_PUSH__ALLOWED_HOSTS", "[\"a\",\"b\"]"),
    ]);
    let config = config.unwrap();
    assert_eq!((config.bind.port(), config.management_bind.map(|a| a.port())), (80, Some(9090)));
    assert_eq!((config.auto_migrate, config.web.docs, config.connections), (Some(false), Some(true), 9));
    assert_eq!((config.auth.lock_after, config.web.trusted_proxies.len()), (7, 3));
    assert_eq!(config.push.allowed_hosts, ["a", "b"]);
}

#[test]
fn no_error_shows_a_value() {
    let spellings = [
        format!("{SECRET:?}"),
        format!("[{SECRET:?}, {NUMBER}]"),
        format!("[[{SECRET:?}]]"),
        format!("{{ {SECRET:?} = 1 }}").replace(SECRET, "key"),
        format!("{{ value = {SECRET:?} }}"),
        NUMBER.to_owned(),
        format!("-{NUMBER}"),
        format!("{NUMBER}.5"),
        "true".into(),
        "2026-11-22T18:04:05Z".into(),
        format!("\"{SECRET}"),
        format!("{SECRET} {SECRET}"),
        format!("[{SECRET:?}"),
        format!("{SECRET:?} {SECRET:?}"),
        format!("\"\\{SECRET}\""),
    ];
    let mut refused = 0;
    for (setting, spelling) in
        settings().iter().flat_map(|s| spellings.iter().map(move |spelling| (s, spelling)))
    {
        let (section, name) = setting.split_once('.').unwrap_or(("", setting));
        let plain = format!("{setting} = {spelling}\n");
        let in_section = format!("# {SECRET}\n[{section}]\n{name} = {spelling}\n");
        let results = [
            file(&plain),
            file(if section.is_empty() { &plain } else { &in_section }),
            environment(&[(&variable(setting), spelling)]),
            environment(&[(&variable(setting), spelling.trim_matches('"'))]),
            environment(&[(&format!("{}__X", variable(setting)), spelling)]),
        ];
        for said in results.into_iter().filter_map(Result::err).map(|e| format!("{e:#} {e:?}")) {
            assert!(!said.contains(SECRET) && !said.contains(NUMBER), "{setting} = {spelling}: {said}");
            assert!(!said.contains("18:04"), "{said}");
            let named = said.contains(setting.as_str()) || said.contains(&variable(setting));
            assert!(named || said.contains("is no TOML"), "{setting} = {spelling}: {said}");
            refused += 1;
        }
    }
    assert!(refused > 500, "{refused}");
}

#[test]
fn what_is_unknown_is_named_with_a_remedy() {
    let said = environment(&[("DIANDAN_PORT", "8080")]).unwrap_err().to_string();
    assert!(said.contains("DIANDAN_PORT is no setting") && said.contains("management_bind"), "{said}");
    assert!(said.contains("does not begin with DIANDAN_") && said.contains("enableServiceLinks"), "{said}");
    let said = environment(&[("DIANDAN_WEB__DRAIN", "8")]).unwrap_err().to_string();
    assert!(said.contains("DIANDAN_WEB__DRAIN is no setting") && said.contains("drain_s"), "{said}");
    let said = file("[web]\nport = 1").unwrap_err().to_string();
    assert!(said.contains("web.port in diandan.toml is no setting"), "{said}");
    let said = file("mode = 'Production'").unwrap_err().to_string();
    assert_eq!(said, "mode in diandan.toml is one of development, production");
}

#[test]
fn a_file_is_read_or_it_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let said = |path: &Path| format!("{:#}", Config::of(Some(path), []).unwrap_err());
    assert!(said(folder.path()).contains("Is a directory"), "{}", said(folder.path()));
    assert!(said(&folder.path().join("missing")).contains("No such file"));
    assert!(said(Path::new("/dev/zero")).contains("longer than"));
    let latin = folder.path().join("latin");
    std::fs::write(&latin, b"mode = 'caf\xe9'").unwrap();
    assert!(said(&latin).contains("UTF-8"), "{}", said(&latin));
    let marked = folder.path().join("marked");
    std::fs::write(&marked, "\u{feff}redis_prefix = 'with-a-mark'").unwrap();
    assert_eq!(Config::of(Some(&marked), []).unwrap().redis_prefix, "with-a-mark");
}
