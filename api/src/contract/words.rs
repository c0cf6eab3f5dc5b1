//! What is written one way everywhere and so is documented once: ids and the words of the vocabularies.

use domain::actor::{Employment, Role};
use domain::catalogue::{AreaLevel, GridClass};
use domain::labelled::Labelled;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::{ArrayItems, Schema};
use utoipa::openapi::{OpenApi, RefOr};

/// An id on the wire.
const ID: &str = "^[1-9][0-9]{0,17}$";

/// Gives every id and every word of a vocabulary its pattern, and every id of a path its example.
pub fn complete(document: &mut OpenApi) {
    if let Some(components) = document.components.as_mut() {
        components.schemas.values_mut().for_each(within);
    }
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
        let parameters = operations.into_iter().flatten().flat_map(|op| op.parameters.iter_mut().flatten());
        parameters.for_each(parameter);
    }
}

fn parameter(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(parameter) = parameter
        && let Some(schema) = parameter.schema.as_mut()
    {
        named(&parameter.name, schema);
    }
}

fn within(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            object.properties.iter_mut().for_each(|(name, property)| named(name, property))
        }
        Schema::AllOf(parts) => parts.items.iter_mut().for_each(within),
        Schema::OneOf(parts) => parts.items.iter_mut().for_each(within),
        Schema::AnyOf(parts) => parts.items.iter_mut().for_each(within),
        Schema::Array(array) => items(array, within),
        _ => {}
    }
}

fn items(array: &mut utoipa::openapi::schema::Array, mut each: impl FnMut(&mut RefOr<Schema>)) {
    if let ArrayItems::RefOrSchema(of) = &mut array.items {
        each(of);
    }
}

/// A property or parameter of this name.
fn named(name: &str, schema: &mut RefOr<Schema>) {
    within(schema);
    match schema {
        RefOr::T(Schema::Object(text)) if text.pattern.is_none() => {
            text.pattern = pattern(name);
            if text.pattern.as_deref() == Some(ID) && text.example.is_none() && text.examples.is_empty() {
                text.example = Some(serde_json::Value::from("42"));
            }
        }
        RefOr::T(Schema::Array(array)) => items(array, |item| {
            if let Some(one) = name.strip_suffix('s') {
                named(one, item);
            }
        }),
        _ => {}
    }
}

fn pattern(name: &str) -> Option<String> {
    match name {
        "id" => Some(ID.into()),
        "requestId" => None,
        "role" => Some(words::<Role>()),
        "level" => Some(words::<AreaLevel>()),
        "gridClass" => Some(words::<GridClass>()),
        "employment" => Some(words::<Employment>()),
        _ => name.ends_with("Id").then(|| ID.into()),
    }
}

fn words<T: Labelled + 'static>() -> String {
    let words: Vec<&str> = T::ALL.iter().map(|word| word.as_str()).collect();
    format!("^({})$", words.join("|"))
}
