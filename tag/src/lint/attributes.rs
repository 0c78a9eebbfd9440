//! The attributes that would be sent, and the match id.

use super::{Finding, currency};
use crate::amazon::{js, names};
use crate::config::Tag;
use crate::number;
use crate::reason::Reason;
use crate::run::Param;
use crate::value::Scope;

pub(super) fn findings(params: &[Param], tag: &Tag, scope: Scope<'_>) -> Vec<Finding> {
    let purchase = params.iter().any(|param| param.name == "event" && param.value == names::PURCHASE);
    let mut findings = vec![];
    for param in params {
        let reason = match param.name.as_ref() {
            "clientDedupeId" => shared(param, purchase, scope).then_some(Reason::DedupeShared),
            "value" => value(&param.value, purchase),
            "currencyCode" | "unitsSold" if !purchase => Some(Reason::PurchaseAttribute),
            "currencyCode" => (!currency::is_known(&param.value)).then_some(Reason::CurrencyUnknown),
            "unitsSold" => (!is_count(&param.value)).then_some(Reason::UnitsUnusable),
            name if names::is_reporting(name, tag.attributes.fit) => {
                // Whatever was replaced is an underscore now; of those that were there, none is lost.
                let changed = param.value.contains('_') && !came_with_underscores(param, scope);
                changed.then_some(Reason::AttributeChanged)
            }
            _ => None,
        };
        let finding = |reason| Finding::new(reason).about(&param.name).field(param.field.as_deref());
        findings.extend(reason.map(finding));
    }
    let has = |name: &str| params.iter().any(|param| param.name == name);
    for name in ["value", "currencyCode"] {
        if purchase && !has(name) {
            findings.push(Finding::new(Reason::PurchaseIncomplete).about(name));
        }
    }
    findings
}

/// Whether another type of event has the id of the order.
fn shared(id: &Param, purchase: bool, scope: Scope<'_>) -> bool {
    let order = scope.event.text("transaction_id");
    !purchase && order.is_some_and(|order| order == id.value)
}

fn value(value: &str, purchase: bool) -> Option<Reason> {
    let Some(number) = number::parse(value.trim()) else { return Some(Reason::ValueNotNumber) };
    if purchase && number < 0.0 {
        return Some(Reason::ValueNegative);
    }
    let decimals = value.trim().split_once('.').map_or("", |(_, decimals)| decimals);
    (decimals.trim_end_matches('0').len() > 2).then_some(Reason::ValueDecimals)
}

fn is_count(value: &str) -> bool {
    value.parse::<i32>().is_ok_and(|units| units > 0)
}

/// Whether the value stands in the event as it would be sent.
fn came_with_underscores(param: &Param, scope: Scope<'_>) -> bool {
    scope.event.get(&param.origin).is_none_or(|value| js::text(value) == param.value)
}
