//! Makes values fit Amazon's limits.

use serde_json::Value;

use crate::amazon::{js, names, pixel};
use crate::config::attributes::Fit;

pub(super) enum Fitted {
    Fits(String),
    /// Amazon would drop this attribute and keep the event.
    Dropped,
    /// Amazon would drop the event: so many UTF-16 units.
    TooLong(usize),
}

/// The longest reporting attribute that Amazon's server template 1.5 lets through. UTF-16 units.
const REPORTING_LIMIT: usize = 256;

pub(super) fn fit(fit: Fit, name: &str, value: &Value) -> Fitted {
    let text = js::text(value);
    let reporting = names::is_reporting(name, fit);
    if reporting && fit == Fit::Amazon {
        let cleaned = cleaned(text.trim());
        // All of it is ASCII by now.
        let fits = (1..=REPORTING_LIMIT).contains(&cleaned.len()) && !value.is_array() && !value.is_object();
        return if fits { Fitted::Fits(cleaned) } else { Fitted::Dropped };
    }
    // Most are far shorter, and no text has more UTF-16 units than bytes.
    if text.len() > pixel::VALUE_LIMIT {
        let length = pixel::length(&text);
        if length > pixel::VALUE_LIMIT {
            return Fitted::TooLong(length);
        }
    }
    Fitted::Fits(if reporting { cleaned(&text) } else { text })
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
