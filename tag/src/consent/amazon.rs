//! Amazon's own consent signals: the cookie that its consent script and many consent platforms write.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::choice::Choice;
use super::country::{self, Place};
use super::unreadable::Unreadable;

pub(super) const COOKIE: &str = "amzn_consent";

/// The `amzn_consent` cookie, or the event's `amazon_consent`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Amazon {
    pub ad_storage: Option<Choice>,
    pub user_data: Option<Choice>,
    /// `null` for the `EU` that some platforms write, because it is no country.
    #[serde(serialize_with = "code")]
    pub(super) country: Option<Place>,
    /// A consent string that lies in the cookie.
    #[serde(skip)]
    pub(super) tcf: Option<String>,
    #[serde(skip)]
    pub(super) gpp: Option<String>,
}

fn code<S: Serializer>(place: &Option<Place>, serializer: S) -> Result<S::Ok, S::Error> {
    match place {
        Some(Place::Country(country)) => serializer.serialize_some(country.code()),
        Some(Place::Europe) | None => serializer.serialize_none(),
    }
}

impl Amazon {
    pub(super) fn denied(&self) -> bool {
        self.ad_storage == Some(Choice::Denied) || self.user_data == Some(Choice::Denied)
    }

    /// In the EEA Amazon processes what has both (help article GE2Q65JXRZA8D4KJ).
    pub(super) fn granted(&self) -> bool {
        self.ad_storage == Some(Choice::Granted) && self.user_data == Some(Choice::Granted)
    }
}

/// Reads the cookie's JSON, percent-encoded once or not at all: cookies arrive decoded, but some platforms
/// encode twice. Amazon's script also asks for `version` and `timestamp`; a choice without them is still one.
///
/// # Errors
/// When it is not the JSON that Amazon's consent script writes.
pub(super) fn cookie(text: &str) -> Result<Amazon, Unreadable> {
    let text = text.trim();
    let json = match text.starts_with('{') {
        true => Cow::Borrowed(text),
        false => percent_decode_str(text).decode_utf8_lossy(),
    };
    let cookie: Value = serde_json::from_str(&json).map_err(|_| Unreadable::NotJson)?;
    let geo = cookie.get("geo");
    let states = cookie.get("amazonConsentFormat");
    if geo.or(states).is_none() {
        return Err(Unreadable::NotJson);
    }
    let state = |key| states?.get(key).and_then(Choice::read);
    let text = |key| cookie.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(Amazon {
        ad_storage: state("amznAdStorage").or_else(|| state("amzn_ad_storage")),
        user_data: state("amznUserData").or_else(|| state("amzn_user_data")),
        country: geo.and_then(|geo| country::read(geo.get("countryCode")?.as_str()?)),
        tcf: text("tcf"),
        gpp: text("gpp"),
    })
}

/// The event's own `amazon_consent`, as our JSON format has it.
pub(super) fn fields(consent: &Value) -> Option<Amazon> {
    let state = |key| consent.get(key).and_then(Choice::read);
    let read = Amazon { ad_storage: state("ad_storage"), user_data: state("user_data"), ..Amazon::default() };
    (read != Amazon::default()).then_some(read)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Choice::{Denied, Granted};
    use super::*;

    const COOKIE: &str = r#"{"geo":{"countryCode":"EU","ipAddress":""},"amazonConsentFormat":{"amznAdStorage":"GRANTED",
        "amznUserData":"DENIED"},"gpp":"","tcf":"CQ","timestamp":"2026-09-14T09:00:00.000Z","version":"1"}"#;

    #[test]
    fn the_cookie_is_read_decoded_or_not() {
        let encoded = percent_encoding::utf8_percent_encode(COOKIE, percent_encoding::NON_ALPHANUMERIC);
        for text in [COOKIE.to_owned(), encoded.to_string()] {
            let read = cookie(&text).unwrap();
            assert_eq!((read.ad_storage, read.user_data), (Some(Granted), Some(Denied)));
            assert!(read.denied() && !read.granted());
            assert_eq!(
                (read.country, read.tcf.as_deref(), read.gpp),
                (Some(Place::Europe), Some("CQ"), None)
            );
        }
    }

    #[test]
    fn what_is_no_such_cookie_is_not_read() {
        for text in ["", "1", "{}", "%7B", "[1]", "null", r#"{"version":"1"}"#] {
            assert_eq!(cookie(text), Err(Unreadable::NotJson), "{text}");
        }
        let odd = cookie(r#"{"geo":5,"amazonConsentFormat":{"amznAdStorage":null,"amznUserData":[1]}}"#);
        assert_eq!(odd, Ok(Amazon::default()));
        assert_eq!(fields(&json!({"ad_storage": "x"})), None);
        assert_eq!(fields(&json!({"user_data": "granted"})).unwrap().user_data, Some(Granted));
    }
}
