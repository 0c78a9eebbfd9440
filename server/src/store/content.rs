//! What a configuration is, whatever its spelling: the same content has the same hash.

use serde_json::Value;
use sha2::{Digest, Sha256};
use tag::config::TagConfig;

use super::text::json;

/// SHA-256 of the canonical JSON, in lower-case hexadecimal.
pub(super) fn hash(config: &TagConfig) -> String {
    let canonical = serde_json::from_str(&json(config)).map(sorted).unwrap_or_default();
    let digest = Sha256::digest(canonical.to_string());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The value with the keys of each object in order (RFC 8785, for the values that a configuration holds).
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_counts_and_the_order_of_keys_does_not() {
        let a: Value = serde_json::from_str(r#"{"b": [{"y": 1, "x": 2}], "a": null}"#).unwrap();
        let b: Value = serde_json::from_str(r#"{"a": null, "b": [{"x": 2, "y": 1}]}"#).unwrap();
        assert_eq!(sorted(a).to_string(), sorted(b).to_string());
        let config = TagConfig::default();
        assert_eq!(hash(&config), hash(&config.clone()));
        assert_eq!(hash(&config).len(), 64);
        assert_ne!(hash(&config), hash(&TagConfig { optimistic: true, ..config }));
    }
}
