//! What the live page's address says: which row is open, at which tab, and which rows are listed.

use leptos_router::params::ParamsMap;
use tag::outcome::Outcome;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// The open row.
    pub(super) id: Option<String>,
    pub(super) tab: Tab,
    /// Only rows of this outcome are listed.
    pub(super) outcome: Option<Outcome>,
    /// Only rows older than this one are listed, and they stand still.
    pub(super) before: Option<String>,
}

/// The parts of a row's details.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tab {
    #[default]
    Why,
    Outgoing,
    Incoming,
    Data,
    Response,
    Json,
}

impl Tab {
    pub(super) const ALL: [Self; 6] =
        [Self::Why, Self::Outgoing, Self::Incoming, Self::Data, Self::Response, Self::Json];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Why => "Why",
            Self::Outgoing => "Outgoing",
            Self::Incoming => "Incoming",
            Self::Data => "Event data",
            Self::Response => "Response",
            Self::Json => "JSON",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Why => "why",
            Self::Outgoing => "outgoing",
            Self::Incoming => "incoming",
            Self::Data => "data",
            Self::Response => "response",
            Self::Json => "json",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.name() == name)
    }
}

impl Address {
    pub(super) fn read(path: &ParamsMap, query: &ParamsMap) -> Self {
        let given = |map: &ParamsMap, key: &str| map.get(key).filter(|value| !value.is_empty());
        Self {
            id: given(path, "id"),
            tab: given(query, "tab").and_then(|name| Tab::named(&name)).unwrap_or_default(),
            outcome: given(query, "outcome").and_then(|name| Outcome::named(&name)),
            before: given(query, "before"),
        }
    }

    pub(super) fn at(&self, id: &str) -> Self {
        Self { id: Some(id.to_owned()), ..self.clone() }
    }

    pub(super) fn closed(&self) -> Self {
        Self { id: None, tab: Tab::default(), ..self.clone() }
    }

    pub(super) fn href(&self) -> String {
        let mut href = String::from("/live");
        if let Some(id) = &self.id {
            href.push('/');
            href.push_str(&escaped(id));
        }
        let tab = Some(self.tab).filter(|tab| *tab != Tab::default() && self.id.is_some());
        let query = [
            ("outcome", self.outcome.map(|outcome| outcome.name().to_owned())),
            ("before", self.before.as_deref().map(escaped)),
            ("tab", tab.map(|tab| tab.name().to_owned())),
        ];
        let mut sign = '?';
        for (key, value) in query {
            if let Some(value) = value {
                href.push(sign);
                href.push_str(&format!("{key}={value}"));
                sign = '&';
            }
        }
        href
    }
}

/// For a part of a path or a query (RFC 3986 §2.3). The router’s own differs between server and browser.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> ParamsMap {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn an_address_reads_back_what_it_wrote() {
        let address = Address {
            id: Some("0193-a".into()),
            tab: Tab::Outgoing,
            outcome: Some(Outcome::GivenUp),
            before: Some("0192".into()),
        };
        assert_eq!(address.href(), "/live/0193-a?outcome=given_up&before=0192&tab=outgoing");
        let query = map(&[("outcome", "given_up"), ("before", "0192"), ("tab", "outgoing")]);
        assert_eq!(Address::read(&map(&[("id", "0193-a")]), &query), address);
        assert_eq!(address.closed().href(), "/live?outcome=given_up&before=0192");
        assert_eq!(Address::default().at("x").href(), "/live/x");
    }

    #[test]
    fn what_an_address_cannot_mean_is_left_out() {
        let query = map(&[("outcome", "lost"), ("tab", "../../x"), ("before", "")]);
        assert_eq!(Address::read(&map(&[]), &query), Address::default());
    }

    #[test]
    fn a_foreign_id_cannot_break_out_of_the_address() {
        let address =
            Address { before: Some("a&outcome=skipped#x".into()), ..Address::default().at("a/../b?c") };
        assert_eq!(address.href(), "/live/a%2F..%2Fb%3Fc?before=a%26outcome%3Dskipped%23x");
    }
}
