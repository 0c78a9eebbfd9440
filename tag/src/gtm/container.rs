//! A container export: finds the Amazon tags in it, and resolves their variables and triggers.

use serde_json::Value;

use super::condition;
use super::parameters::{Parameters, Row};
use super::variable::Variables;
use super::{Imported, Remark, template};
use crate::config::Trigger;
use crate::config::consent::Gate;
use crate::config::trigger::Condition;

/// What was uploaded is no container export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no Tag Manager export: in Tag Manager, choose Admin, then Export container, and upload that file"
)]
pub struct NotAContainer;

/// The Amazon tags of a container export (Tag Manager: Admin → Export container), in the file's order.
///
/// # Errors
/// When the file is no container export. An export without Amazon tags gives an empty list.
pub fn container(export: &Value) -> Result<Vec<Imported>, NotAContainer> {
    // An export holds a version; the API answers with the version alone.
    let version = export.get("containerVersion").unwrap_or(export);
    let tags = list(version, "tag");
    if version.get("tag").is_none() && version.get("container").is_none() {
        return Err(NotAContainer);
    }
    let variables = Variables::of(version);
    Ok(tags
        .iter()
        .filter(|tag| is_amazon(tag, version))
        .map(|tag| import(tag, version, &variables))
        .collect())
}

/// Custom templates have generated types, so a tag is known by its template, or by the parameter that no
/// other template has together with a region.
fn is_amazon(tag: &Value, version: &Value) -> bool {
    let has = |key| parameter(tag, key).is_some();
    if has("tagIdsList") && has("tagRegion") {
        return true;
    }
    let Some(id) = text(tag, "type").strip_prefix("cvt_") else { return false };
    list(version, "customTemplate").iter().any(|custom| {
        let template = text(custom, "templateId");
        let same = id == template
            || id.rsplit('_').next() == Some(template)
            || text(custom, "templateData").contains(&format!("\"cvt_{id}\""));
        let repository = custom.pointer("/galleryReference/repository").and_then(Value::as_str);
        same && repository == Some("amazon-tag") && has("tagIdsList")
    })
}

fn import(tag: &Value, version: &Value, variables: &Variables<'_>) -> Imported {
    let mut remarks = vec![];
    let mut config = template::config(&parameters(tag, variables, &mut remarks), &mut remarks);
    config.trigger = trigger(tag, version, variables, &mut remarks);
    config.consent.gate = config.consent.gate.max(consent_settings(tag, &mut remarks));
    if tag.get("paused").and_then(Value::as_bool) == Some(true) {
        remarks.push(Remark::new(
            "paused",
            "the tag was paused; it becomes a draft, which sends nothing either",
        ));
    }
    Imported { name: text(tag, "name").to_owned(), config, remarks }
}

fn parameters(tag: &Value, variables: &Variables<'_>, remarks: &mut Vec<Remark>) -> Parameters {
    let mut parameters = Parameters::default();
    for parameter in list(tag, "parameter") {
        let key = text(parameter, "key");
        if parameter.get("list").is_some() {
            let rows = list(parameter, "list").iter().map(|row| cells(row, variables, remarks)).collect();
            parameters.set_table(key, rows);
        } else if let Some(value) = parameter.get("value").and_then(Value::as_str)
            && let Some(expression) = variables.expression(key, value, remarks)
        {
            parameters.set(key, expression);
        }
    }
    parameters
}

fn cells(row: &Value, variables: &Variables<'_>, remarks: &mut Vec<Remark>) -> Row {
    let mut cells = Row::default();
    for cell in list(row, "map") {
        let key = text(cell, "key");
        if let Some(expression) = variables.expression(key, text(cell, "value"), remarks) {
            cells.insert(key.to_owned(), expression);
        }
    }
    cells
}

/// Each firing trigger is a group of conditions, of which one must be met; blocking triggers are exceptions.
fn trigger(tag: &Value, version: &Value, variables: &Variables<'_>, remarks: &mut Vec<Remark>) -> Trigger {
    let mut groups = |key: &str| -> Vec<Vec<Condition>> {
        let ids = list(tag, key).iter().filter_map(Value::as_str);
        let found = ids.map(|id| (id, list(version, "trigger").iter().find(|t| text(t, "triggerId") == id)));
        found
            .filter_map(|(id, trigger)| match trigger {
                Some(trigger) => condition::group(trigger, variables, remarks),
                // The built-in ones are not in the file; on a server there is only “All pages”.
                None if id.starts_with("21474795") => Some(vec![condition::event_is("page_view")]),
                None => {
                    remarks.push(Remark::new(
                        format!("trigger {id}"),
                        "it is not in the file, so it is left out",
                    ));
                    None
                }
            })
            .collect()
    };
    let any = groups("firingTriggerId");
    let except = groups("blockingTriggerId");
    simplest(any, except)
}

/// The plainest form of the same rule, which is the easiest to read in the editor.
fn simplest(any: Vec<Vec<Condition>>, except: Vec<Vec<Condition>>) -> Trigger {
    if except.is_empty() {
        if any.iter().any(Vec::is_empty) {
            return Trigger::All;
        }
        let names: Option<Vec<String>> = any.iter().map(|group| condition::only_name(group)).collect();
        if let Some(names) = names {
            return Trigger::Names(names);
        }
    }
    Trigger::Conditions { any, except }
}

/// Tag Manager's own additional consent checks.
fn consent_settings(tag: &Value, remarks: &mut Vec<Remark>) -> Gate {
    let Some(settings) = tag.get("consentSettings").filter(|s| text(s, "consentStatus") == "NEEDED") else {
        return Gate::Always;
    };
    let types = settings.get("consentType").map(|types| list(types, "list")).unwrap_or_default();
    let needs = |name| types.iter().any(|known| text(known, "value") == name);
    for other in types.iter().map(|known| text(known, "value")) {
        if !matches!(other, "ad_storage" | "ad_user_data") {
            let text =
                format!("needing {other} cannot be carried over; only ad_storage and ad_user_data can");
            remarks.push(Remark::new("consent settings", text));
        }
    }
    if needs("ad_user_data") {
        Gate::AdStorageAndUserData
    } else if needs("ad_storage") {
        Gate::AdStorage
    } else {
        Gate::Always
    }
}

fn parameter<'a>(of: &'a Value, key: &str) -> Option<&'a Value> {
    list(of, "parameter").iter().find(|parameter| text(parameter, "key") == key)
}

pub(super) fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(super) fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of.get(key).and_then(Value::as_str).unwrap_or_default()
}
