use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::amazon::Endpoints;
use crate::context::{Browser, NoSites};

const NOW: i64 = 1_760_000_000_000;

struct Given<'a> {
    config: Measurement,
    region: Region,
    event: Value,
    cookie: &'a str,
    headers: &'a [(String, String)],
}

impl Default for Given<'_> {
    fn default() -> Self {
        let event = json!({});
        Self { config: Measurement::default(), region: Region::Na, event, cookie: "", headers: &[] }
    }
}

impl Given<'_> {
    fn measured(self) -> Measured {
        let cookies = [(COOKIE.to_owned(), self.cookie.to_owned())];
        let browser = Browser { headers: self.headers, cookies: &cookies, query: "" };
        let endpoints = Endpoints::default();
        let context = Context { browser, sites: &NoSites, ..Context::new(NOW, &endpoints) };
        let event: Event = serde_json::from_value(self.event).unwrap();
        measure(&self.config, &Cookies::default(), self.region, &event, context)
    }

    /// `arefs`, then the cookie's value and life.
    fn told(self) -> (Option<String>, Option<(String, i64)>) {
        let Measured { param, cookie, .. } = self.measured();
        (param.map(|param| param.value), cookie.map(|cookie| (cookie.value, cookie.max_age_s)))
    }
}

fn page(query: &str) -> Value {
    json!({ "page_location": format!("https://www.shop.example/?{query}") })
}

/// A token that was seen so many seconds ago.
fn ago(token: &str, seconds: i64) -> String {
    format!("{token}.{}", NOW - seconds * 1000)
}

fn notes(step: &Step) -> Vec<(Reason, &str)> {
    step.notes.iter().map(|note| (note.reason, note.subject.as_ref())).collect()
}

const DAYS_30: i64 = 2_592_000;

#[test]
fn a_new_token_goes_in_front_of_the_known_ones() {
    let known = [ago("b", 9), ago("c", 99)].join("|");
    let all = format!("abcdefghi1.{NOW}|{known}");
    let given = || Given { event: page("aref=abcdefghi1"), cookie: &known, ..Given::default() };
    assert_eq!(given().told(), (Some(all.clone()), Some((all.clone(), DAYS_30))));
    let param = given().measured().param.unwrap();
    assert_eq!(param.origin, "aref in page_location, cookie amznAref");
    // A repeated hit renews the token.
    let again = format!("{}|abcdefghi1.{}", ago("b", 9), NOW - 99_000);
    let renewed = format!("abcdefghi1.{NOW}|{}", ago("b", 9));
    let given = Given { event: page("aref=abcdefghi1"), cookie: &again, ..Given::default() };
    assert_eq!(given.told(), (Some(renewed.clone()), Some((renewed, DAYS_30))));
}

#[test]
fn known_tokens_are_sent_without_touching_the_cookie() {
    // In the order they came in, whatever it is.
    let known = [ago("b", 99), ago("ünï", 9)].join("|");
    let given = Given { cookie: &known, ..Given::default() };
    assert_eq!(given.told(), (Some(known.clone()), None));
    assert_eq!(Given::default().told(), (None, None));
}

#[test]
fn outdated_tokens_and_what_is_no_token_leave_the_cookie() {
    let edge = [ago("gone", DAYS_30), ago("alive", DAYS_30 - 100)];
    for (cookie, kept) in [
        (edge.join("|"), Some((edge[1].clone(), 100))),
        (edge[0].clone(), Some((String::new(), 0))),
        (format!("noDot|.{NOW}|a.b.{NOW}|x.17e11|y.0{NOW}|{}", edge[1]), Some((edge[1].clone(), 100))),
        (format!("{}||", edge[1]), Some((edge[1].clone(), 100))),
        (format!("x.99999999999999999999|{}", edge[1]), Some((edge[1].clone(), 100))),
    ] {
        let sent = kept.as_ref().map(|(value, _)| value.clone()).filter(|value| !value.is_empty());
        assert_eq!(Given { cookie: &cookie, ..Given::default() }.told(), (sent, kept), "{cookie}");
    }
    // The life is that of the newest token, wherever it stands.
    let mixed = [ago("old", 1000), ago("new", 10), ago("gone", DAYS_30)].join("|");
    let (_, cookie) = Given { cookie: &mixed, ..Given::default() }.told();
    assert_eq!(cookie.map(|(_, life)| life), Some(DAYS_30 - 10));
}

#[test]
fn one_answer_sets_the_cookie_once() {
    let known = ago("gone", DAYS_30);
    let given = Given { event: page("aref=a"), cookie: &known, ..Given::default() };
    let value = format!("a.{NOW}");
    assert_eq!(given.told(), (Some(value.clone()), Some((value, DAYS_30))));
}

#[test]
fn without_the_cookie_tokens_are_still_sent() {
    let known = [ago("b", 9), ago("gone", DAYS_30)].join("|");
    let config = Measurement { set_cookie: false, ..Measurement::default() };
    let measured = Given { config, event: page("aref=abcdefghi1"), cookie: &known, ..Given::default() };
    let Measured { param, cookie, step } = measured.measured();
    assert_eq!(param.map(|param| param.value), Some(format!("abcdefghi1.{NOW}|{}", ago("b", 9))));
    assert_eq!(cookie, None);
    assert_eq!(notes(&step), [(Reason::CookieOff, COOKIE)]);
}

#[test]
fn only_what_can_be_kept_is_a_token() {
    let long = format!("aref={}", "x".repeat(257));
    for (query, token, reason) in [
        ("aref=Ab34567890", Some("Ab34567890"), None),
        ("aref=a+b", Some("a b"), Some(Reason::ArefUnusual)),
        ("aref=%25", Some("%"), Some(Reason::ArefUnusual)),
        ("aref=Ab34567890&aref=Ab34567890", Some("Ab34567890"), None),
        ("aref=a&aref=b", None, Some(Reason::ArefInvalid)),
        ("aref=x|y", None, Some(Reason::ArefInvalid)),
        ("aref=x.1", None, Some(Reason::ArefInvalid)),
        ("aref=%0A", None, Some(Reason::ArefInvalid)),
        (&long, None, Some(Reason::ArefInvalid)),
        ("aref=", None, None),
        ("AREF=a#aref=b", None, None),
    ] {
        let Measured { step, param, .. } = Given { event: page(query), ..Given::default() }.measured();
        let expected = token.map(|token| format!("{token}.{NOW}"));
        assert_eq!(param.map(|param| param.value), expected, "{query}");
        assert_eq!(notes(&step), Vec::from_iter(reason.map(|reason| (reason, "page_location"))), "{query}");
    }
}

#[test]
fn a_token_is_the_pages_and_not_the_one_befores() {
    let headers = [("referer".to_owned(), "https://www.shop.example/?aref=sender".to_owned())];
    let before = || json!({ "page_referrer": "https://before.example/?aref=before" });
    let template = || Measurement { source: ArefSource::Template, ..Measurement::default() };
    for (config, headers, token) in [
        (Measurement::default(), &headers[..], Some("sender")),
        (Measurement::default(), &[], None),
        (template(), &headers, Some("before")),
        (template(), &[], Some("before")),
    ] {
        let given = Given { config, event: before(), headers, ..Given::default() };
        assert_eq!(given.told().0, token.map(|token| format!("{token}.{NOW}")));
    }
}

#[test]
fn outside_north_america_nothing_is_sent_and_nothing_touched() {
    let known = [ago("b", 9), ago("gone", DAYS_30)].join("|");
    for region in [Region::Eu, Region::Fe] {
        let given = Given { region, event: page("aref=a"), cookie: &known, ..Given::default() };
        let Measured { step, param, cookie } = given.measured();
        assert_eq!((param, cookie), (None, None));
        assert_eq!(notes(&step), [(Reason::ArefRegion, PARAMETER)]);
        // An imported tag prunes there too, as its original did.
        let config = Measurement { pruning: Pruning::Template, ..Measurement::default() };
        let given = Given { config, region, event: page("aref=a"), cookie: &known, ..Given::default() };
        assert_eq!(given.told(), (None, Some((ago("b", 9), DAYS_30 - 9))));
    }
}

#[test]
fn a_cookie_never_outgrows_what_browsers_keep() {
    let pairs = |token: &str, count| -> Vec<String> {
        (0..count).map(|index| ago(&format!("{token}{index:03}"), index)).collect()
    };
    for (token, known, sent, kept) in [
        // 147 of Amazon's own fit.
        ("tokenAB", 146, 147, 147),
        ("tokenAB", 148, 147, 147),
        // Longer ones are all sent, but the oldest are not kept.
        ("tokenABCDEFGHIJ", 146, 147, 117),
        ("é", 200, 147, 147),
    ] {
        let known = pairs(token, known).join("|");
        let given = Given { event: page("aref=Ab34567890"), cookie: &known, ..Given::default() };
        let (arefs, cookie) = given.told();
        let count = |value: &str| value.split('|').count();
        assert_eq!(arefs.as_deref().map(count), Some(sent), "{token}");
        assert_eq!(cookie.map(|(value, _)| count(&value)), Some(kept), "{token}");
    }
    let known = pairs("t", 200).join("|");
    let (arefs, cookie) = Given { cookie: &known, ..Given::default() }.told();
    assert_eq!((arefs, 147), (cookie.clone().map(|(value, _)| value), cookie.unwrap().0.split('|').count()));
}

#[test]
fn the_step_says_what_was_found() {
    let known = [ago("b", 9), ago("c", 99), ago("gone", DAYS_30)].join("|");
    for (query, cookie, summary) in [
        ("", "", "None: no ad click is known"),
        ("aref=Ab34567890", "", "One from this page"),
        ("aref=b", &known, "One from this page, 1 from earlier ones; 1 in the cookie no longer counted"),
        ("", &known, "2 tokens from earlier pages; 1 in the cookie no longer counted"),
    ] {
        let Measured { step, .. } = Given { event: page(query), cookie, ..Given::default() }.measured();
        assert_eq!(step.summary, summary);
    }
    let given = Given { event: page("aref=%2B4915112345678"), ..Given::default() };
    let step = format!("{:?}", given.measured().step);
    assert!(step.contains("***") && !step.contains("4915112345678"), "{step}");
}

fn any_token() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z0-9]{10}", "[^.|\\p{Cc}]{1,40}"]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(seen in proptest::collection::vec((any_token(), 0..DAYS_30), 0..60)) {
        let pairs: Vec<Pair<'_>> = seen
            .iter()
            .map(|(token, seconds)| Pair { token: token.into(), time_ms: NOW - seconds * 1000 })
            .collect();
        let written = text(&pairs);
        prop_assert_eq!(&alive(&written, NOW), &pairs);
        // What is alive now is all that is left after a day, without the outdated.
        let later = NOW + 86_400_000;
        let alive = alive(&written, later);
        prop_assert!(alive.iter().all(|pair| pair.time_ms > later - LIFE_MS && pairs.contains(pair)));
        prop_assert_eq!(alive.len(), pairs.iter().filter(|pair| pair.time_ms > later - LIFE_MS).count());
    }

    #[test]
    fn no_cookie_and_no_page_breaks_the_rules(cookie in "(([a-zé%]{0,40}|[A-Z0-9]{10})[.|]{0,2}1[0-9]{12}[.|]{0,2}){0,200}|\\PC{0,60}", page in "https://shop.example/\\?aref=\\PC{0,30}", region in 0..3_usize) {
        let region = [Region::Na, Region::Eu, Region::Fe][region];
        let config = Measurement { pruning: Pruning::Template, ..Measurement::default() };
        let given = Given { config, region, event: json!({"page_location": page}), cookie: &cookie, ..Given::default() };
        let Measured { param, cookie: set, .. } = given.measured();
        if let Some(set) = &set {
            let header = set.header();
            let (pair, _) = header.split_once(';').unwrap();
            prop_assert!(pair.len() < cookie::BYTES_LIMIT, "{}", pair.len());
            prop_assert!(set.max_age_s == 0 || !set.value.is_empty());
            // Nothing more to do about it: the next hit finds it in order.
            let again = Given { cookie: &set.value, region, ..Given::default() }.measured();
            prop_assert_eq!(again.cookie, None);
            let expected = (region == Region::Na && !set.value.is_empty()).then(|| set.value.clone());
            prop_assert_eq!(again.param.map(|param| param.value), expected);
        }
        if let Some(param) = &param {
            prop_assert!(region == Region::Na);
            prop_assert!(param.value.split('|').count() <= PAIRS_LIMIT);
        }
    }
}
