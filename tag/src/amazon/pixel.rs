//! The pixel request: a GET whose query reports one event to one tag ID.
//!
//! The parameters and their order are those of Amazon's and Stape's server-side GTM templates. Unlike there,
//! the tag ID is percent-encoded like every other value, and `ts` is the event's own time when it states one.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::run::Param;

/// Tells Amazon what kind of sender this is. Amazon documents no value for others than its own tags, so this
/// is the one that server-side senders are known by.
pub const EVENT_SOURCE: &str = "gtm-server-side";

/// Amazon drops the whole event when its name or a parameter's is longer. UTF-16 units.
pub const NAME_LIMIT: usize = 256;

/// Amazon drops the whole event when a value is longer. UTF-16 units.
pub const VALUE_LIMIT: usize = 1000;

/// What `encodeURIComponent` leaves alone besides letters and digits.
pub(crate) const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The address to request.
pub fn url(endpoint: &str, params: &[Param]) -> String {
    let mut url = endpoint.to_owned();
    let mut separator = '?';
    for param in params {
        url.push(separator);
        url.extend(utf8_percent_encode(&param.name, COMPONENT));
        url.push('=');
        url.extend(utf8_percent_encode(&param.value, COMPONENT));
        separator = '&';
    }
    url
}

/// Parameters of any length: their values are made by machines.
const ANY_LENGTH: [&str; 6] =
    ["gdpr", "gdpr_pd", "gdpr_consent", "amazonConsentString", "arefs", "amznToken"];

/// The first parameter for which Amazon drops the whole event, with its length in UTF-16 units.
pub(crate) fn too_long(params: &[Param]) -> Option<(&Param, usize)> {
    let long =
        params.iter().find(|param| !fits(&param.value) && !ANY_LENGTH.contains(&param.name.as_ref()))?;
    Some((long, length(&long.value)))
}

/// Whether a value is short enough.
pub(crate) fn fits(value: &str) -> bool {
    // Most are far shorter, and no text has more UTF-16 units than bytes.
    value.len() <= VALUE_LIMIT || length(value) <= VALUE_LIMIT
}

/// A length as Amazon's scripts count it.
pub(crate) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_as_a_browser_would() {
        let params = [Param::new("pid", "a b&c=é", "x"), Param::new("event", "-_.!~*'()+/?#%", "x")];
        assert_eq!(
            url("https://amazon.example/iu3", &params),
            "https://amazon.example/iu3?pid=a%20b%26c%3D%C3%A9&event=-_.!~*'()%2B%2F%3F%23%25"
        );
    }
}
