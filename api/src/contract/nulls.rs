//! Lists of a request that may be left out may also be `null`: the document says so where a request's schemas have one.

use serde_json::Value;
use std::collections::BTreeSet;
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr};

/// Completes the schemas that the bodies of requests are made of.
pub fn complete(document: &mut OpenApi) {
    let Ok(text) = serde_json::to_value(&*document) else { return };
    let asked = asked(&text);
    let Some(components) = &mut document.components else { return };
    for (_, schema) in components.schemas.iter_mut().filter(|(name, _)| asked.contains(*name)) {
        let RefOr::T(Schema::Object(object)) = schema else { continue };
        let required = &object.required;
        for (_, property) in object.properties.iter_mut().filter(|(name, _)| !required.contains(*name)) {
            if let RefOr::T(Schema::Array(list)) = property {
                list.schema_type = SchemaType::Array(vec![Type::Array, Type::Null]);
            }
        }
    }
}

/// The schemas that a body refers to, and those that these refer to.
fn asked(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flat_map(|paths| paths.values());
    let operations = paths.filter_map(Value::as_object).flat_map(|path| path.values());
    let bodies = operations.filter_map(|operation| operation.get("requestBody"));
    let mut open: Vec<String> = bodies.flat_map(refers).collect();
    while let Some(name) = open.pop() {
        if found.insert(name.clone()) {
            let schema = document.pointer(&format!("/components/schemas/{name}"));
            open.extend(schema.into_iter().flat_map(refers));
        }
    }
    found
}

fn refers(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            own.map(str::to_owned).into_iter().chain(fields.values().flat_map(refers)).collect()
        }
        Value::Array(items) => items.iter().flat_map(refers).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}
