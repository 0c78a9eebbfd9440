//! Makes values fit Amazon's limits.

use serde_json::Value;

use crate::amazon::{js, names, pixel};
use crate::config::attributes::Fit;

/// The longest reporting attribute that Amazon's server template 1.5 lets through. UTF-16 units.
const REPORTING_LIMIT: usize = 256;

/// The value as it is sent; `None` when Amazon would drop this attribute and keep the event. Values so long that
/// Amazon would drop the event are for [`pixel::too_long`].
pub(super) fn fit(fit: Fit, name: &str, value: &Value) -> Option<String> {
    let text = js::text(value);
    let reporting = names::is_reporting(name, fit);
    if reporting && fit == Fit::Amazon {
        let cleaned = cleaned(text.trim());
        // All of it is ASCII by now.
        let fits = (1..=REPORTING_LIMIT).contains(&cleaned.len()) && !value.is_array() && !value.is_object();
        return fits.then_some(cleaned);
    }
    // In what would stop the event, nothing is cleaned: the message names it as it is.
    Some(if reporting && pixel::fits(&text) { cleaned(&text) } else { text.into_owned() })
}

/// Every run of characters other than letters and digits becomes one underscore.
fn cleaned(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut replaced = false;
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            cleaned.push(character);
        } else if !replaced {
            cleaned.push('_');
        }
        replaced = !character.is_ascii_alphanumeric();
    }
    cleaned
}
