//! The words of a new order, checked before anything is asked of the database.

use super::done::DoneInput;
use super::request::{BeneficiaryInput, ContactInput, PlaceOrderRequest};
use crate::http::error::{ApiError, ApiResult};
use crate::http::fields::{optional_line, optional_phone, optional_text, required_line};
use crate::http::wire::id;
use crate::order::apply::placing::{Draft, ReachWords};
use crate::order::routes::commands::{TEXT_MAX, files};
use domain::AccountId;
use domain::catalogue::{Anonymity, Channel, Priority};
use persistence::order::contact::Named;

/// What is asked for.
///
/// # Errors
/// 400 or 422 naming the field.
pub fn draft(body: &PlaceOrderRequest, code: Option<String>) -> ApiResult<Draft> {
    let account = |field: &'static str, text: &Option<String>| {
        text.as_deref().map(|t| id(field, t)).transpose().map(|n| n.map(AccountId))
    };
    let anonymity = body.anonymity.unwrap_or(Anonymity::RealName);
    let (reporter, beneficiary) =
        (account("reporterId", &body.reporter_id)?, account("beneficiaryId", &body.beneficiary_id)?);
    let anonymous = anonymity == Anonymity::Anonymous;
    if anonymous && (reporter.is_some() || beneficiary.is_some() || body.beneficiary.is_some()) {
        return Err(ApiError::field("anonymity", "a fully anonymous order names nobody"));
    }
    Ok(Draft {
        service_item: id("serviceItemId", &body.service_item_id)?,
        area: id("areaId", &body.area_id)?,
        priority: body.priority.unwrap_or(Priority::Normal),
        channel: body.channel.unwrap_or(Channel::MiniProgram),
        anonymity,
        reporter,
        beneficiary,
        wanted_at: body.wanted_at,
        title: required_line("title", &body.title, 60)?,
        description: optional_text("description", body.description.as_deref(), TEXT_MAX)?.unwrap_or_default(),
        external_number: external_number(body.external_number.as_deref())?,
        // a fully anonymous order keeps none
        contact: body.contact.as_ref().filter(|_| !anonymous).map(reach).transpose()?.unwrap_or_default(),
        beneficiary_words: body.beneficiary.as_ref().map(for_whom).transpose()?,
        photos: files("fileIds", &body.file_ids, "report")?,
        done: body.done.as_ref().map(DoneInput::read).transpose()?,
        staff_only: staff_only(body),
        query_code: code,
    })
}

/// The first field that only staff may give.
fn staff_only(body: &PlaceOrderRequest) -> Option<&'static str> {
    let fields = [
        ("externalNumber", body.external_number.is_some()),
        ("reporterId", body.reporter_id.is_some()),
        ("done", body.done.is_some()),
        ("beneficiaryId", body.beneficiary_id.is_some()),
    ];
    fields.into_iter().find_map(|(field, given)| given.then_some(field))
}

/// A number that another system gave: one number however it is typed (fullwidth digits, any dash).
fn external_number(text: Option<&str>) -> ApiResult<Option<String>> {
    optional_line("externalNumber", text.map(domain::words::text::plain).as_deref(), 64)
}

fn reach(contact: &ContactInput) -> ApiResult<ReachWords> {
    Ok(ReachWords {
        name: optional_line("contact.name", contact.name.as_deref(), 50)?,
        address: optional_line("contact.address", contact.address.as_deref(), 200)?,
        phone: optional_phone("contact.phone", contact.phone.as_deref())?.map(|phone| phone.to_string()),
    })
}

fn for_whom(beneficiary: &BeneficiaryInput) -> ApiResult<Named> {
    let name = optional_line("beneficiary.name", beneficiary.name.as_deref(), 50)?;
    let phone = optional_phone("beneficiary.phone", beneficiary.phone.as_deref())?;
    let relation = optional_line("beneficiary.relation", beneficiary.relation.as_deref(), 20)?;
    Ok(Named {
        name: name.map(Into::into),
        phone: phone.map(|phone| phone.to_string().into()),
        relation: relation.map(Into::into),
    })
}
