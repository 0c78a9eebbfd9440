//! Client hints: from the `ua…` parameters and the `Sec-CH-UA` headers into `client_hints`.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::Hit;
use crate::clients::Request;

/// `None` when neither the hit nor the headers say anything.
pub(super) fn read(hit: &Hit, request: &Request) -> Option<Map<String, Value>> {
    let mut hints = Map::new();
    for (name, value) in hit.pairs() {
        let (key, hint): (&str, Value) = match name {
            "uaa" => ("architecture", value.into()),
            "uab" => ("bitness", value.into()),
            "uafvl" => ("full_version_list", full_versions(value)),
            "uamb" => ("mobile", (value == "1").into()),
            "uam" => ("model", value.into()),
            "uap" => ("platform", value.into()),
            "uapv" => ("platform_version", value.into()),
            "uaw" => ("wow64", (value == "1").into()),
            _ => continue,
        };
        hints.insert(key.into(), hint);
    }
    if hints.is_empty() {
        if let Some(mobile) = request.header("sec-ch-ua-mobile") {
            hints.insert("mobile".into(), (mobile == "?1").into());
        }
        // The header's quotes stay, as they do in server-side GTM.
        if let Some(platform) = request.header("sec-ch-ua-platform") {
            hints.insert("platform".into(), platform.into());
        }
    }
    if let Some(brands) = request.header("sec-ch-ua") {
        hints.insert("brands".into(), self::brands(brands));
    }
    (!hints.is_empty()).then_some(hints)
}

/// `brand;version|brand;version`, both percent-encoded once more.
fn full_versions(list: &str) -> Value {
    let decode = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let entries = list.split('|').filter_map(|entry| entry.split_once(';'));
    entries.map(|(brand, version)| json!({"brand": decode(brand), "version": decode(version)})).collect()
}

/// `"Brand";v="99", "Other";v="139"`, a structured list (RFC 8941). Brands may hold commas and semicolons.
fn brands(header: &str) -> Value {
    let mut brands = vec![];
    let mut rest = header;
    while let Some((brand, after)) = quoted(rest) {
        rest = after;
        let Some((version, after)) = rest.strip_prefix(";v=").and_then(quoted) else { continue };
        rest = after;
        brands.push(json!({"brand": brand, "version": version}));
    }
    brands.into()
}

/// The next quoted string and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let (_, inside) = text.split_once('"')?;
    let mut string = String::new();
    let mut characters = inside.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((string, &inside[index + 1..])),
            '\\' => string.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => string.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_may_hold_the_lists_own_marks() {
        let header = r#""Not;A, \"Brand\"";v="99", "No version", "Chromium";v="139", "cut"#;
        let expected = json!([
            {"brand": "Not;A, \"Brand\"", "version": "99"},
            {"brand": "Chromium", "version": "139"},
        ]);
        assert_eq!(brands(header), expected);
    }

    #[test]
    fn headers_alone_give_the_short_form() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = vec![header("sec-ch-ua-mobile", "?1"), header("sec-ch-ua-platform", "\"macOS\"")];
        let request = Request { headers, ..Request::default() };
        let hints = read(&Hit(vec![]), &request).map(Value::Object);
        assert_eq!(hints, Some(json!({"mobile": true, "platform": "\"macOS\""})));
        assert_eq!(read(&Hit(vec![]), &Request::default()), None);
    }
}
