//! What is written one way everywhere and so is documented once: ids, the words of the vocabularies, and that no value of a
//! query is empty.

use crate::http::params::MAY_BE_EMPTY;
use domain::order::Status;
use domain::organisation::{AreaLevel, GridClass};
use domain::people::{Employment, Role};
use domain::words::labelled::Labelled;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ArrayItems, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr};

/// An id on the wire.
const ID: &str = "^[1-9][0-9]{0,17}$";

/// Gives every id and every word of a vocabulary its pattern, every id of a path its example, and every text of a query its
/// least length.
pub fn complete(document: &mut OpenApi) {
    if let Some(components) = document.components.as_mut() {
        components.schemas.values_mut().for_each(within);
    }
    for item in document.paths.paths.values_mut() {
        for operation in
            [&mut item.get, &mut item.post, &mut item.put, &mut item.delete].into_iter().flatten()
        {
            let parameters = operation.parameters.get_or_insert_default();
            once_each(parameters);
            parameters.iter_mut().for_each(parameter);
            if parameters.is_empty() {
                operation.parameters = None;
            }
        }
    }
}

/// The framework adds those of a path once more, without their description: the first stays.
fn once_each(parameters: &mut Vec<RefOr<Parameter>>) {
    let mut seen = Vec::new();
    parameters.retain(|parameter| match parameter {
        RefOr::T(parameter) => {
            let place = (parameter.name.clone(), parameter.parameter_in.clone());
            let first = !seen.contains(&place);
            seen.push(place);
            first
        }
        RefOr::Ref(_) => true,
    });
}

fn parameter(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(parameter) = parameter
        && let Some(schema) = parameter.schema.as_mut()
    {
        named(&parameter.name, schema);
        if parameter.parameter_in == ParameterIn::Query && parameter.name != MAY_BE_EMPTY {
            not_empty(schema);
        }
    }
}

/// A text that is there says something; a pattern or a format says so already.
fn not_empty(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(text)) = schema
        && text.schema_type == SchemaType::Type(Type::String)
        && text.pattern.is_none()
        && text.format.is_none()
    {
        text.min_length = text.min_length.or(Some(1));
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
        RefOr::T(Schema::Object(text)) => {
            text.pattern = pattern(name, text.pattern.as_deref()).or_else(|| text.pattern.take());
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

fn pattern(name: &str, given: Option<&str>) -> Option<String> {
    match name {
        "status" if given == Some("^[a-z_]+$") => Some(words::<Status>()),
        "status" if given == Some("^[a-z_]+(,[a-z_]+)*$") => {
            let one = words::<Status>().trim_matches(['^', '$']).to_owned();
            Some(format!("^(open|{one}(,{one})*)$"))
        }
        "id" if given.is_none() => Some(ID.into()),
        "requestId" => None,
        "role" => Some(words::<Role>()),
        "level" => Some(words::<AreaLevel>()),
        "gridClass" => Some(words::<GridClass>()),
        "employment" => Some(words::<Employment>()),
        _ => (given.is_none() && name.ends_with("Id")).then(|| ID.into()),
    }
}

fn words<T: Labelled + 'static>() -> String {
    let words: Vec<&str> = T::ALL.iter().map(|word| word.as_str()).collect();
    format!("^({})$", words.join("|"))
}
