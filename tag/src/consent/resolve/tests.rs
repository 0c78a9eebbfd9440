use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::config::{self, TagConfig};
use crate::context::Browser;
use crate::event::Event;

const ALLOWS: &str = "CQdNs2AQdNs2AEsABBENB4FgAPLAAAAAAAYgIzQAwAOQK8AyACMwAAAAAA.IHBwAYAAgcGA";
const REFUSES: &str = "CQdNs2AQdNs2AEsABBENB4FgAAAAAAAAAAYgAAAAAAAA.IGMwAQGMgA";

fn policy(consent: Value) -> Consent<Compiled> {
    let config = json!({"tag_ids": ["5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966"], "consent": consent});
    config::check(&serde_json::from_value::<TagConfig>(config).unwrap()).tag.unwrap().consent
}

/// All of an answer, apart from what it was made of.
struct Answer {
    step: Step,
    stop: Option<Reason>,
    identifiers: bool,
    params: Vec<Param>,
    envelope: Result<EnvelopeConsent, NoToken>,
}

fn answer(policy: &Consent<Compiled>, scope: Scope<'_>) -> Answer {
    let (step, resolved) = resolve(policy, scope);
    match resolved {
        Ok(resolved) => Answer {
            step,
            stop: None,
            identifiers: resolved.identifiers,
            envelope: resolved.envelope(),
            params: resolved.params,
        },
        Err(reason) => {
            let envelope = Err(NoToken::Stop(reason));
            Answer { step, stop: Some(reason), identifiers: false, params: vec![], envelope }
        }
    }
}

fn resolved_with(consent: Value, event: Value, browser: Browser<'_>) -> Answer {
    let event: Event = serde_json::from_value(event).unwrap();
    answer(&policy(consent), Scope { event: &event, browser })
}

fn resolved(consent: Value, event: Value) -> Answer {
    resolved_with(consent, event, Browser::default())
}

fn params(resolved: &Answer) -> Vec<(&str, &str)> {
    resolved.params.iter().map(|param| (param.name.as_ref(), param.value.as_str())).collect()
}

fn notes(resolved: &Answer) -> Vec<(Reason, &str)> {
    resolved.step.notes.iter().map(|note| (note.reason, note.subject.as_ref())).collect()
}

fn token(resolved: &Answer) -> Value {
    serde_json::to_value(resolved.envelope.as_ref().unwrap()).unwrap()
}

#[test]
fn the_gate_opens_for_what_is_granted_alone() {
    use Reason::{ConsentDenied, ConsentUnknown};
    let one = "ad_storage";
    let both = "ad_storage_and_user_data";
    let state = |ad_storage: Value, ad_user_data: Value| json!({"consent_state": {"ad_storage": ad_storage, "ad_user_data": ad_user_data}});
    for (gate, event, stop) in [
        ("always", state(json!(false), json!(false)), None),
        (one, json!({}), Some(ConsentUnknown)),
        (one, state(json!("denied"), json!(true)), Some(ConsentDenied)),
        (one, state(json!("false"), json!(true)), Some(ConsentDenied)),
        (one, state(json!("maybe"), json!(true)), Some(ConsentUnknown)),
        (one, state(json!(true), json!(false)), None),
        (both, state(json!(true), json!(false)), Some(ConsentDenied)),
        (both, state(json!(null), json!(false)), Some(ConsentDenied)),
        (both, state(json!(true), json!(null)), Some(ConsentUnknown)),
        (both, state(json!("granted"), json!(1)), None),
        (one, json!({"x-ga-gcs": "G111", "consent_state": {}}), Some(ConsentUnknown)),
        (one, json!({"x-ga-gcs": "G101"}), Some(ConsentDenied)),
        (both, json!({"x-ga-gcs": "G111"}), Some(ConsentUnknown)),
        (both, json!({"x-ga-gcs": "G111", "x-ga-gcd": "13t3t3t3t5l1"}), None),
    ] {
        let resolved = resolved(json!({"gate": gate}), event.clone());
        assert_eq!(resolved.stop, stop, "{gate} {event}");
        assert_eq!(resolved.step.reason, stop);
        assert!(stop.is_none() || !resolved.identifiers && resolved.params.is_empty());
    }
}

#[test]
fn one_signal_goes_to_amazon_and_tcf_comes_first() {
    let cookie = json!({"geo": {"countryCode": "fr"}, "amazonConsentFormat":
        {"amznAdStorage": "GRANTED", "amznUserData": "GRANTED"}});
    let cookies = [("amzn_consent".to_owned(), cookie.to_string())];
    let with = |event| resolved_with(json!({}), event, Browser { cookies: &cookies, ..Browser::default() });
    let country = r#"{"geo":{"countryCode":"FR"}}"#;

    let gpp = "DBABL~BVQqAAAAAW.Q";
    let tcf = with(json!({"gdpr": 1, "gdpr_consent": ALLOWS, "gpp": gpp, "ip_override": "203.0.113.7"}));
    assert_eq!(params(&tcf), [("gdpr", "1"), ("gdpr_consent", ALLOWS), ("amazonConsentString", country)]);
    assert_eq!(
        token(&tcf),
        json!({"gdpr": 1, "gdprConsent": ALLOWS, "amazonConsentString":
            {"geo": {"countryCode": "FR", "ipAddress": "203.0.113.7"}, "consent": {"tcf": ALLOWS}}})
    );
    assert_eq!(
        tcf.step.summary,
        "Country FR; the TCF string goes along; identifiers go along: the TCF string allows Amazon"
    );

    let gpp = with(json!({"gdpr": 0, "gdpr_consent": ALLOWS, "gpp": gpp}));
    let string = r#"{"geo":{"countryCode":"FR"},"consent":{"gpp":"DBABL~BVQqAAAAAW.Q"}}"#;
    assert_eq!(params(&gpp), [("gdpr", "0"), ("amazonConsentString", string)]);

    // An empty GPP string says nothing, and a string that cannot be read says nothing either.
    let amazon = with(json!({"gdpr_consent": "x y", "gpp": "DBAA"}));
    let string = concat!(
        r#"{"geo":{"countryCode":"FR"},"consent":{"amazonConsentFormat":"#,
        r#"{"amzn_ad_storage":"GRANTED","amzn_user_data":"GRANTED"}}}"#
    );
    assert_eq!(params(&amazon), [("amazonConsentString", string)]);
    assert_eq!(amazon.params[0].origin, "country: cookie amzn_consent, consent: cookie amzn_consent");
    assert_eq!(
        notes(&amazon),
        [(Reason::ConsentUnreadable, "gdpr_consent: it has characters that such a string cannot have")]
    );
    let format = json!({"amzn_ad_storage": "GRANTED", "amzn_user_data": "GRANTED"});
    assert_eq!(
        token(&amazon)["amazonConsentString"],
        json!({"geo": {"countryCode": "FR"}, "consent": {"amazonConsentFormat": format}})
    );
}

#[test]
fn nothing_is_made_up() {
    let nothing = resolved(json!({}), json!({}));
    assert_eq!(params(&nothing), []);
    assert_eq!(token(&nothing), json!({"gdpr": 0, "gdprConsent": ""}));
    assert_eq!(notes(&nothing), [(Reason::CountryMissing, "consent.country")]);
    assert_eq!(
        nothing.step.summary,
        "Country not known; no consent signal goes along; identifiers go along: no signal denies it"
    );
}

#[test]
fn ids_leave_with_consent_only() {
    let and = |code: &str, more: Value| {
        let mut event = json!({"event_location": {"country": code}});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let country = |code| and(code, json!({}));
    for (event, leave) in [
        (country("US"), true),
        (country("CH"), true),
        (country("DE"), false),
        (country("uk"), false),
        (country("EU"), false),
        (json!({"gdpr": 1, "gpp": "DBABL~BVQqAAAAAW.Q"}), false),
        (and("DE", json!({"gdpr": 1, "gdpr_consent": ALLOWS})), true),
        (and("DE", json!({"gdpr_consent": REFUSES})), false),
        (and("US", json!({"gdpr_consent": REFUSES})), false),
        (and("US", json!({"gdpr": 0, "gdpr_consent": REFUSES})), true),
        (and("DE", json!({"gdpr": 0, "gdpr_consent": ALLOWS})), false),
        (and("DE", json!({"amazon_consent": {"ad_storage": "granted", "user_data": "granted"}})), true),
        (and("DE", json!({"amazon_consent": {"user_data": "granted"}})), false),
        (and("US", json!({"amazon_consent": {"user_data": "denied"}})), false),
        (and("DE", json!({"consent_state": {"ad_storage": true, "ad_user_data": true}})), true),
        (and("DE", json!({"consent_state": {"ad_storage": true}})), false),
        (and("US", json!({"consent": {"ad_user_data": "DENIED"}})), false),
        (and("US", json!({"x-ga-gcs": "G101"})), false),
        (and("US", json!({"gpp": "DBABL~BVQVAAAAAW.Y"})), false),
        (and("US", json!({"gpp": "DBABL~BVQVAAAAAW.Y", "gpp_sid": "8"})), true),
        (and("US", json!({"us_privacy": "1YYN"})), false),
        (and("US", json!({"us_privacy": "1YNN"})), true),
        // One that grants does not outweigh one that denies.
        (and("DE", json!({"gdpr_consent": ALLOWS, "consent_state": {"ad_storage": false}})), false),
    ] {
        let asked = resolved(json!({}), event.clone());
        assert_eq!(asked.identifiers, leave, "{event}: {}", asked.step.summary);
        let withheld = asked.step.notes.iter().any(|note| note.reason == Reason::IdentifiersWithheld);
        assert_eq!(withheld, !leave && asked.stop.is_none(), "{event}");
        assert!(resolved(json!({"identifiers": "always"}), event).identifiers);
    }
}

#[test]
fn without_a_string_gdpr_fails_closed() {
    let event = json!({"gdpr": 1});
    let new = resolved(json!({}), event.clone());
    assert_eq!((new.stop, new.identifiers), (Some(Reason::ConsentStringMissing), false));
    // As the reference, an imported tag sends its event, unless it would ask for a token.
    let imported = resolved(json!({"send": "all", "identifiers": "always"}), event);
    assert_eq!((imported.stop, params(&imported)), (None, vec![("gdpr", "1")]));
    assert_eq!(imported.envelope, Err(NoToken::Stop(Reason::ConsentStringMissing)));
    // Amazon's own signals do for an event, but not for a token.
    let amazon = json!({"gdpr": 1, "amazon_consent": {"ad_storage": "granted", "user_data": "granted"}});
    let amazon = resolved(json!({}), amazon);
    assert_eq!((amazon.stop, amazon.identifiers), (None, true));
    assert_eq!(amazon.envelope, Err(NoToken::Without(Reason::ConsentStringMissing)));
    // A string that cannot be read is none.
    let unreadable = resolved(json!({}), json!({"gdpr": 1, "gdpr_consent": "?"}));
    assert_eq!(unreadable.stop, Some(Reason::ConsentStringMissing));
}

#[test]
fn the_country_is_the_first_real_one() {
    let headers = [("cf-ipcountry".to_owned(), "se".to_owned()), ("x-none".to_owned(), "XX".to_owned())];
    let cookies = [("amzn_consent".to_owned(), json!({"geo": {"countryCode": "IT"}}).to_string())];
    let browser = Browser { headers: &headers, cookies: &cookies, ..Browser::default() };
    let here = json!({"event_location": {"country": "dk"}, "user_data": {"address": {"country": "US"}}});
    for (country, event, expected) in [
        (json!({"value": {"constant": "uk"}, "header": "CF-IPCountry"}), here.clone(), Some("GB")),
        (json!({"header": "CF-IPCountry"}), here.clone(), Some("SE")),
        (json!({"header": "x-none"}), here.clone(), Some("DK")),
        (json!({"value": {"constant": ""}}), here.clone(), Some("DK")),
        (json!({}), json!({"event_location": {"country": "EU"}}), Some("IT")),
        (json!({}), json!({"user_location": {"country_id": "US"}}), Some("US")),
        (json!({"from_event": false}), here.clone(), None),
    ] {
        let resolved = resolved_with(json!({"country": country}), event, browser);
        let expected = expected.map(|code| format!(r#"{{"geo":{{"countryCode":"{code}"}}}}"#));
        let sent = resolved.params.iter().map(|param| param.value.clone()).next();
        assert_eq!(sent, expected, "{country}");
    }
    let europe = resolved(json!({}), json!({"event_location": {"country": "EU"}}));
    let eu = (Reason::ValueIgnored, "event_location.country: EU is no country");
    assert_eq!(notes(&europe)[..2], [eu, (Reason::CountryMissing, "consent.country")]);
}

#[test]
fn what_cannot_be_used_is_left_out_with_a_note() {
    let consent = json!({"ip": {"value": {"constant": ""}}});
    let odd = resolved(consent, json!({"event_location": {"country": "US"}, "ip_override": ["203.0.113.7"]}));
    assert_eq!(notes(&odd), [(Reason::ValueIgnored, "ip_override")]);
    // An imported tag that was set to nonsense says so and sends what the template would.
    let consent = json!({
        "country": {"value": {"constant": "Ü"}}, "tcf": {"applies": {"constant": "yes"}},
        "amazon": {"user_data": {"constant": "maybe"}}, "send": "all", "identifiers": "always",
    });
    let imported = resolved(consent, json!({"ip_override": "203.0.113.7"}));
    assert_eq!(params(&imported), []);
    let expected = json!({"geo": {"countryCode": "Ü", "ipAddress": "203.0.113.7"},
        "consent": {"amazonConsentFormat": {"amzn_user_data": "maybe"}}});
    assert_eq!(token(&imported)["amazonConsentString"], expected);
    let paths = ["consent.tcf.applies", "consent.amazon.user_data", "consent.country.value"];
    let ignored = paths.map(|path| (Reason::ValueIgnored, path));
    assert_eq!(notes(&imported)[..3], ignored);
    assert_eq!(notes(&imported)[3..], [(Reason::CountryMissing, "consent.country")]);
}

#[test]
fn the_step_shows_what_was_seen_and_no_address() {
    let event = json!({"gdpr": "1", "gdpr_consent": ALLOWS, "consent_state": {"ad_storage": "granted"},
        "event_location": {"country": "DE"}, "ip_override": "203.0.113.7"});
    let step = resolved(json!({}), event).step;
    let facts: Vec<(&str, &str)> =
        step.inputs.iter().map(|fact| (fact.name.as_ref(), fact.value.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("ad_storage (consent_state)", "granted"),
            ("gdpr", "GDPR applies"),
            ("gdpr_consent", "TCF string, allows Amazon"),
            ("event_location.country", "DE"),
        ]
    );
    assert_eq!((step.effect, step.field.as_deref()), (Effect::Changed, Some("consent")));
    assert!(!serde_json::to_string(&step).unwrap().contains("203.0.113"));
}

#[test]
fn a_person_in_the_place_of_a_string_is_not_shown() {
    let step = resolved(json!({"send": "all"}), json!({"gdpr_consent": "jane@example.com"})).step;
    assert!(!serde_json::to_string(&step).unwrap().contains("jane"), "{step:?}");
}

/// Values that signals have, and values that they never have.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-2..4_i64).prop_map(Value::from),
        "(1|0|granted|DENIED|DE|EU|us|1YYN|.{0,6})".prop_map(Value::from),
        Just(json!(ALLOWS)),
        Just(json!(REFUSES)),
        Just(json!("DBABL~BVQVAAAAAW.Y")),
        Just(json!(["granted", 1])),
        "(granted|denied|1|x)".prop_map(|state| json!({"ad_storage": state, "user_data": state,
            "ad_user_data": state, "country": state})),
    ]
}

proptest! {
    /// Whatever arrives: no panic, no id against a denial, and no word that was not said.
    #[test]
    fn denied_is_denied(
        fields in proptest::collection::vec((0..11_usize, any_value()), 0..6),
        gate in "(always|ad_storage|ad_storage_and_user_data)",
        send in "(one|all)",
        identifiers in "(with_consent|always)",
    ) {
        const KEYS: [&str; 11] = ["gdpr", "gdpr_consent", "gpp", "gpp_sid", "us_privacy", "consent_state",
            "consent", "amazon_consent", "event_location", "ip_override", "x-ga-gcs"];
        let event: serde_json::Map<String, Value> =
            fields.into_iter().map(|(key, value)| (KEYS[key].to_owned(), value)).collect();
        let event = Event(event);
        let signals = crate::consent::read(&event, &Browser::default());
        let policy = policy(json!({"gate": gate, "send": send, "identifiers": identifiers}));
        let resolved = answer(&policy, Scope { event: &event, browser: Browser::default() });
        let denied = [signals.google.ad_storage, signals.google.ad_user_data]
            .contains(&Some(crate::consent::Choice::Denied));
        prop_assert!(!(denied && identifiers == "with_consent" && resolved.identifiers));
        prop_assert!(resolved.stop.is_none() || resolved.params.is_empty() && resolved.envelope.is_err());
        let said = resolved.params.iter().any(|param| param.value.contains("GRANTED"));
        prop_assert!(!said || signals.amzn_consent.is_some());
    }
}
