use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const ALLOWS: &str = "CQdNs2AQdNs2AEsABBENB4FgAPLAAAAAAAYgIzQAwAOQK8AyACMwAAAAAA.IHBwAYAAgcGA";
const RESTRICTED: &str = "CQdNs2AQdNs2AEsABBENB4FgAPLAAAAAAAYgGMwAQGMgAAACDAAQGMiIAIDGQA.IGMwAQGMgA";

#[test]
fn tcf_strings_say_whether_amazon_is_allowed() {
    for (text, vendor, allows) in [
        (ALLOWS, true, true),
        ("CQdNs2AQdNs2AEsABBENB4FgAPLAAAAAAAYgIzQAwAOQK8AxgCMwAAAAAA.IHBwAYAAgcGA", false, false),
        ("CQdNs2AQdNs2AEsABBENB4FgAMLAAAAAAAYgGMwAQGMgAAAA.IGMwAQGMgA", true, false),
        (RESTRICTED, true, false),
        ("CQdNs2AQdNs2AEsABBENB4FgAAAAAAAAAAYgAAAAAAAA.IGMwAQGMgA", false, false),
        ("CQSbk4AQSbk4ANwAAAENAwCgAAAAAAAAAAYgACPAAAAA.IDKQA4AAgAKAGQAygAAA.YAAAAAAAAAAA", false, false),
    ] {
        let tcf = tcf::decode(text).unwrap();
        assert_eq!((tcf.vendor_consent, tcf.allows_amazon), (Some(vendor), Some(allows)), "{text}");
        assert!(!tcf.truncated, "{text}");
    }
    let restricted = tcf::decode(RESTRICTED).unwrap();
    assert_eq!(restricted.restrictions, [Restriction { purpose: 3, kind: 0 }]);
    assert_eq!(restricted.vendor_disclosed, Some(true));
    let missing = tcf::decode("CQdNs2AQdNs2AEsABBENB4FgAMLAAAAAAAYgGMwAQGMgAAAA").unwrap();
    assert_eq!((missing.purposes_missing, missing.vendor_disclosed), (vec![3, 4], None));
}

#[test]
fn a_cut_tcf_string_answers_what_it_still_holds() {
    // Behind vendor consent, before the list ends, before it begins, and before the purposes.
    let cut = |length: usize| tcf::decode(&ALLOWS[..length]);
    let core = ALLOWS.find('.').unwrap();
    assert!(!cut(core).unwrap().truncated);
    let answered = cut(core - 8).unwrap();
    assert_eq!((answered.truncated, answered.allows_amazon), (true, Some(true)));
    let unanswered = cut(40).unwrap();
    assert_eq!(
        (unanswered.truncated, unanswered.vendor_consent, unanswered.allows_amazon),
        (true, None, None)
    );
    assert_eq!(cut(20), Err(Unreadable::TooShort));
    // What a missing purpose decides stays decided.
    let refused = tcf::decode("CQdNs2AQdNs2AEsABBENB4FgAMLAAAAAAAYg").unwrap();
    assert_eq!((refused.truncated, refused.allows_amazon), (true, Some(false)));
}

#[test]
fn what_is_no_tcf_2_string_is_not_guessed_at() {
    assert_eq!(tcf::decode("TCFv2 consent string"), Err(Unreadable::Characters));
    assert_eq!(tcf::decode("é"), Err(Unreadable::Characters));
    assert_eq!(tcf::decode(""), Err(Unreadable::TooShort));
    assert_eq!(tcf::decode("BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA"), Err(Unreadable::Version(1)));
}

#[test]
fn gpp_strings_are_read_section_by_section() {
    let read = |text: &str| serde_json::to_value(gpp::decode(text).unwrap()).unwrap();
    let usnat = |version: u16, out: u16, gpc: bool| {
        json!({"version": version, "sale_opt_out": out,
        "sharing_opt_out": out, "targeted_advertising_opt_out": out, "gpc": gpc})
    };
    let national =
        |version, out, gpc| json!({"ids": [7], "applicable": [], "usnat": usnat(version, out, gpc)});
    assert_eq!(read("DBABL~BVQVAAAAAW.Y"), national(1, 1, true));
    assert_eq!(read("DBABL~BVQqAAAAAW.Q"), national(1, 2, false));
    assert_eq!(read("DBABLA~CVQVAAAAAABY.Y"), national(2, 1, true));
    let both = gpp::decode("DBACNY~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN").unwrap();
    assert_eq!((both.ids.as_slice(), both.uspv1.unwrap().0.as_str()), ([2, 6].as_slice(), "1YNN"));
    assert_eq!(both.tcfeuv2.unwrap().allows_amazon, Some(false));
    // As a group; what is in the wrong place stays raw.
    let group = gpp::decode("DBABjw~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YYN").unwrap();
    assert_eq!((group.ids.as_slice(), group.raw.len()), ([5, 6].as_slice(), 1));
    assert!(group.opted_out());
    let three = gpp::decode("DBACLSw~BVQVAAAAAW.Y~BAAAAAAA").unwrap();
    assert_eq!((three.ids.len(), three.raw.len(), three.opted_out()), (2, 1, true));
    assert_eq!(gpp::decode("DBAA").unwrap(), Gpp::default());
}

#[test]
fn a_gpp_string_s_sections_count_where_they_apply() {
    let mut gpp = gpp::decode("DBABL~BVQVAAAAAW.Y").unwrap();
    for (sid, opted_out) in
        [("7", true), ("", true), ("0", true), ("-1", true), ("2,7", true), ("2_6", false)]
    {
        gpp.applicable = gpp::applicable(sid);
        assert_eq!(gpp.opted_out(), opted_out, "{sid}");
    }
}

#[test]
fn what_is_no_gpp_string_is_not_guessed_at() {
    for (text, error) in [
        ("", Unreadable::NotGpp),
        ("CPXxRfAPXxRfAAfKABENB", Unreadable::NotGpp),
        ("D", Unreadable::TooShort),
        ("DCAA", Unreadable::Version(2)),
        ("DB", Unreadable::TooShort),
        ("DBAB", Unreadable::TooShort),
        ("DB AB", Unreadable::Characters),
        // 4095 groups of many ids each.
        ("DB__gAAAAAAAAAAY", Unreadable::TooShort),
    ] {
        assert_eq!(gpp::decode(text), Err(error), "{text}");
    }
}

#[test]
fn us_privacy_strings_are_four_characters() {
    assert!(us::uspv1("1YYN").unwrap().opted_out());
    assert!(!us::uspv1("1---").unwrap().opted_out());
    assert_eq!(
        [us::uspv1("2YYN"), us::uspv1("1YY"), us::uspv1("1YXN"), us::uspv1("1éN")],
        [None, None, None, None]
    );
}

fn signals(event: Value) -> Value {
    let event = serde_json::from_value(event).unwrap();
    serde_json::to_value(read(&event, &Browser::default())).unwrap()
}

#[test]
fn the_nearest_place_of_a_signal_counts() {
    let event = json!({
        "gdpr": "2", "x-sst-system_properties": {"gdpr": "1", "gdpr_consent": ALLOWS}, "x-ga-mp2-gdpr": "0",
        "x-ga-mp2-gdpr_consent": RESTRICTED, "common_cookie": {"euconsent-v2": RESTRICTED},
        "x-ga-mp2-us_privacy": "1YNN", "gpp": "?", "gpp_sid": [7, 8],
        "amazon_consent": {"ad_storage": "granted"},
    });
    let signals = signals(event);
    assert_eq!(signals["gdpr_applies"], Value::Null);
    assert_eq!(signals["tcf"]["allows_amazon"], json!(true));
    assert_eq!(signals["us_privacy"], json!("1YNN"));
    assert_eq!(signals["gpp"], json!({"error": "has characters that such a string cannot have"}));
    assert_eq!(signals["amzn_consent"], json!({"ad_storage": "granted", "user_data": null, "country": null}));
}

#[test]
fn a_string_in_amazon_s_cookie_is_a_last_resort() {
    let cookie = json!({"geo": {"countryCode": "de"}, "tcf": ALLOWS, "gpp": "DBAA"}).to_string();
    let cookies = [("amzn_consent".to_owned(), cookie)];
    let browser = Browser { cookies: &cookies, ..Browser::default() };
    let signals = read(&Event::default(), &browser);
    assert_eq!(signals.tcf.unwrap().source, "cookie amzn_consent");
    assert_eq!(signals.gpp.unwrap().value, Reading::Read(Gpp::default()));
    let event: Event = serde_json::from_value(json!({"gdpr_consent": RESTRICTED})).unwrap();
    assert_eq!(read(&event, &browser).tcf.unwrap().source, "gdpr_consent");
}

proptest! {
    #[test]
    fn nothing_panics(text in ".{0,80}", alike in "[A-Za-z0-9_~.-]{0,120}", head in "(C|DB|DBA|DBAB)") {
        for text in [&text, &alike, &format!("{head}{alike}"), &format!("1{text}"), &format!("G1{text}")] {
            let _ = tcf::decode(text);
            let _ = gpp::decode(text);
            let _ = us::usnat(text);
            let _ = us::uspv1(text);
            let _ = amazon::cookie(text);
            signals(json!({"x-ga-gcs": text, "x-ga-gcd": text, "gpp_sid": text, "gdpr": text, "consent": text,
                "us_privacy": text, "common_cookie": {"amzn_consent": text}}));
        }
    }
}
