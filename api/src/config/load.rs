//! Where the configuration comes from: the file, read here whatever it is, and the environment over it. What is wrong is
//! told by the name of the setting and of its source, and never by its value: any of them may be a secret.

use super::Config;
use super::environment::{self, variable};
use anyhow::{Context, ensure};
use figment::error::{Actual, Kind};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A longer file is none of ours, bytes.
const LONGEST: u64 = 1024 * 1024;
/// What the environment is called.
const ENVIRONMENT: &str = "the environment";

/// Settings, and where they stand.
#[derive(Debug)]
struct Source {
    name: String,
    settings: Dict,
}

impl Provider for Source {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, self.settings.clone())]))
    }
}

impl Config {
    /// [`Config::read`], and refuses what must not run.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let config = Self::read(file)?;
        config.check()?;
        Ok(config)
    }

    /// Reads the file (if any) and the environment over it.
    ///
    /// # Errors
    /// Names the file that cannot be read, or the setting that cannot be understood.
    pub fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        Self::of(file, std::env::vars_os())
    }

    /// The same of any environment: what a test says does not hang on what is exported where it runs.
    fn of(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> anyhow::Result<Self> {
        let mut sources = Vec::new();
        if let Some(file) = file {
            let named = || format!("the configuration file {}", file.display());
            let settings = read(file).and_then(|text| parse(&text)).with_context(named)?;
            sources.push(Source { name: file.display().to_string(), settings });
        }
        sources.push(Source { name: ENVIRONMENT.into(), settings: environment::settings(variables)? });
        understand(sources)
    }
}

/// Opened and read here, so that a folder, or nothing at all, is an error, and a pipe is a file like any other.
fn read(file: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    File::open(file)?.take(LONGEST + 1).read_to_string(&mut text)?;
    ensure!(text.len() <= usize::try_from(LONGEST)?, "is longer than {LONGEST} bytes");
    Ok(text)
}

fn parse(text: &str) -> anyhow::Result<Dict> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let table = toml::from_str::<toml::Table>(text).map_err(|e| {
        // the error as a whole quotes the line
        let before = e.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        anyhow::anyhow!("line {} is no TOML: {}", before.matches('\n').count() + 1, e.message())
    })?;
    let settings = Value::serialize(table).ok().and_then(Value::into_dict);
    Ok(settings.map(without_empties).unwrap_or_default())
}

/// The settings that are set: an empty one stands for its default, as an empty variable does.
fn without_empties(settings: Dict) -> Dict {
    let given = |value: Value| match value {
        Value::Dict(tag, inner) => Some(Value::Dict(tag, without_empties(inner))),
        Value::String(_, text) if text.trim().is_empty() => None,
        value => Some(value),
    };
    settings.into_iter().filter_map(|(name, value)| Some((name, given(value)?))).collect()
}

fn understand(sources: Vec<Source>) -> anyhow::Result<Config> {
    let figment = sources.into_iter().fold(Figment::new(), Figment::merge);
    // a variable is a text, whatever is meant by it: its setting says
    figment.extract_lossy().map_err(|errors| {
        let told: Vec<String> = errors.into_iter().map(|e| tell(&e)).collect();
        anyhow::anyhow!(told.join("\n"))
    })
}

/// An error without the value that it is about.
fn tell(e: &figment::Error) -> String {
    let setting = e.path.join(".");
    let source = e.metadata.as_ref().map_or("", |source| &source.name);
    let (name, of_variable) = match source == ENVIRONMENT {
        true => (variable(&setting), true),
        false => (format!("{setting} in {source}"), false),
    };
    match &e.kind {
        Kind::UnknownField(_, known) if of_variable => format!(
            "{name} is no setting (there are: {}). If it is meant for something else, give it a name that does not begin \
             with DIANDAN_; of a service's variables in Kubernetes, `enableServiceLinks: false` keeps them away",
            known.join(", ")
        ),
        Kind::UnknownField(_, known) => format!("{name} is no setting (there are: {})", known.join(", ")),
        Kind::UnknownVariant(_, known) => format!("{name} is one of {}", known.join(", ")),
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("{name}: {} is meant, and {} is there", meant(&expected.to_string()), kind(found))
        }
        Kind::Message(what) => format!("{name}: {what}"),
        Kind::InvalidLength(_, expected) => format!("{name}: {expected} is meant"),
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => format!("{name}: the number is too large"),
        Kind::MissingField(_) | Kind::DuplicateField(_) | Kind::Unsupported(_) | Kind::UnsupportedKey(..) => {
            format!("{name} cannot be understood")
        }
    }
}

/// What is meant, for people: the parser speaks of types.
fn meant(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more,",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        _ if expected.starts_with("struct ") => "a table",
        other => other,
    }
}

/// What a value is, without the value.
const fn kind(found: &Actual) -> &'static str {
    match found {
        Actual::Bool(_) => "true or false",
        Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_) => "a number",
        Actual::Char(_) | Actual::Str(_) => "another text",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "something else",
    }
}

#[cfg(test)]
mod tests;
