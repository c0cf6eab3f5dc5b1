//! The document: what the code says, and complete.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

/// Operations that need no log-in.
const PUBLIC: [&str; 5] = ["ask_order", "get_order_by_code", "log_in", "log_in_by_code", "refresh_session"];

pub(super) fn document() -> Value {
    serde_json::to_value(api::server::contract::document()).unwrap()
}

/// Every operation: path, method, body.
pub(super) fn operations(document: &Value) -> Vec<(String, String, Map<String, Value>)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(|(method, op)| (path.clone(), method.clone(), op.as_object().unwrap().clone()))
    });
    each.collect()
}

fn follow<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

#[test]
fn the_committed_document_is_what_the_code_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json");
    let committed = std::fs::read_to_string(&file).unwrap();
    let same = committed == api::server::contract::document_json().unwrap();
    assert!(same, "openapi/openapi.json is stale: run `cargo openapi` and commit it");
}

#[test]
fn every_operation_says_what_it_is_and_how_it_fails() {
    let document = document();
    let operations = operations(&document);
    assert!(operations.len() > 60, "{}", operations.len());
    let mut names = Vec::new();
    for (path, method, op) in &operations {
        let at = format!("{method} {path}");
        let name = op["operationId"].as_str().unwrap().to_owned();
        assert!(["get", "post", "put", "delete"].contains(&method.as_str()), "{at}: no PATCH");
        assert!(op["summary"].as_str().is_some_and(|s| !s.is_empty()), "{at}: a summary");
        assert_eq!(op["tags"].as_array().map(Vec::len), Some(1), "{at}: one tag");
        let responses = op["responses"].as_object().unwrap();
        for needed in ["400", "503"] {
            assert!(responses.contains_key(needed), "{at}: {needed}");
        }
        for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
            let schema = &follow(&document, response)["content"]["application/json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/ErrorBody", "{at}: {status}");
        }
        let secured = op.get("security").is_some_and(|s| s[0].get("bearer").is_some());
        assert_eq!(secured, !PUBLIC.contains(&name.as_str()), "{at}: security");
        if secured {
            assert!(responses.contains_key("401"), "{at}: 401");
        }
        names.push(name);
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "operation ids are unique");
}

/// The schemas that these refer to, and those refer to.
fn schemas_of<'a>(document: &Value, roots: impl Iterator<Item = &'a Value>) -> BTreeSet<String> {
    fn references(value: &Value) -> Vec<String> {
        match value {
            Value::Object(fields) => {
                let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
                own.into_iter().chain(fields.values().flat_map(references)).collect()
            }
            Value::Array(items) => items.iter().flat_map(references).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        }
    }
    let (mut found, mut open) = (BTreeSet::new(), roots.flat_map(references).collect::<Vec<_>>());
    while let Some(reference) = open.pop() {
        if found.insert(reference.clone()) {
            open.extend(references(document.pointer(reference.trim_start_matches('#')).unwrap()));
        }
    }
    found
}

/// Null and leaving out say the same in a request, for lists and everything else. What is answered too is never null
/// there, and the document has one schema for both.
#[test]
fn what_a_request_may_leave_out_may_be_null() {
    let document = document();
    let operations = operations(&document);
    let answered = schemas_of(&document, operations.iter().filter_map(|(_, _, op)| op.get("responses")));
    let asked = schemas_of(&document, operations.iter().filter_map(|(_, _, op)| op.get("requestBody")));
    let mut fields = 0;
    for name in asked.difference(&answered) {
        let schema = document.pointer(name.trim_start_matches('#')).unwrap();
        let none = (Map::new(), Vec::new());
        let properties = schema["properties"].as_object().unwrap_or(&none.0);
        let required = schema["required"].as_array().unwrap_or(&none.1);
        for (field, property) in properties.iter().filter(|(field, _)| !required.contains(&json!(field))) {
            let types = property["type"].as_array().into_iter().flatten();
            let mut each = types.chain(property["oneOf"].as_array().into_iter().flatten());
            assert!(each.any(|t| t == "null" || t["type"] == "null"), "{name}: {field}: {property}");
            fields += 1;
        }
    }
    assert!(fields > 60, "{fields}");
}

#[test]
fn every_operation_has_an_example() {
    let document = document();
    for (path, method, op) in operations(&document) {
        let at = format!("{method} {path}");
        if let Some(body) = op.get("requestBody") {
            let (mime, content) = body["content"].as_object().unwrap().iter().next().unwrap();
            let schema = follow(&document, &content["schema"]);
            let shown = schema.get("example").or(content.get("example")).is_some();
            assert!(shown || mime == "multipart/form-data", "{at}: an example of the request");
        }
        for parameter in op.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let shown = parameter.get("example").is_some() || parameter["schema"].get("example").is_some();
            let must = parameter["required"] == true;
            assert!(shown || !must, "{at}: an example of {}", parameter["name"]);
            assert!(parameter.get("description").is_some(), "{at}: {} is described", parameter["name"]);
        }
    }
}

/// What adds to a schema is no use if that one allows nothing more: no answer would be what the document says.
#[test]
fn what_is_added_to_allows_it() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        for part in schema["allOf"].as_array().into_iter().flatten() {
            assert_ne!(follow(&document, part)["additionalProperties"], false, "{name}: {part}");
        }
    }
}

/// An empty value of a query is refused: the document says so of each text that a pattern or a format does not describe.
#[test]
fn texts_of_a_query_say_something() {
    let mut texts = 0;
    for (path, method, op) in operations(&document()) {
        for parameter in op.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let schema = &parameter["schema"];
            let free = schema.get("pattern").or(schema.get("format")).is_none();
            if parameter["in"] == "query" && schema["type"] == "string" && free && parameter["name"] != "q" {
                assert_eq!(schema["minLength"], 1, "{method} {path}: {}", parameter["name"]);
                texts += 1;
            }
        }
    }
    assert!(texts > 5, "{texts}");
}

#[test]
fn names_are_camel_case() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    assert!(schemas.len() > 40);
    let camel = |name: &str| !name.contains(['_', '-']) && name.starts_with(|c: char| c.is_ascii_lowercase());
    for (schema, body) in schemas {
        let parts = body["allOf"].as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
        for name in parts.iter().filter_map(|p| p["properties"].as_object()).flat_map(Map::keys) {
            assert!(camel(name), "{name} in {schema}");
        }
    }
    for (path, method, op) in operations(&document) {
        for parameter in op.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            assert!(camel(name) || parameter["in"] == "header", "{name} of {method} {path}");
        }
    }
}
