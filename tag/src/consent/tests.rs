use proptest::prelude::*;
use serde_json::{Value, json};

use super::bits::Writer;
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
    assert_eq!((unanswered.truncated, unanswered.vendor_consent, unanswered.allows_amazon), (true, None, None));
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
    let usnat = |version: u16, out: u16, gpc: bool| json!({"version": version, "sale_opt_out": out,
        "sharing_opt_out": out, "targeted_advertising_opt_out": out, "gpc": gpc});
    let national = |version, out, gpc| json!({"ids": [7], "applicable": [], "usnat": usnat(version, out, gpc)});
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
    for (sid, opted_out) in [("7", true), ("", true), ("0", true), ("-1", true), ("2,7", true), ("2_6", false)] {
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
    assert_eq!([us::uspv1("2YYN"), us::uspv1("1YY"), us::uspv1("1YXN"), us::uspv1("1éN")], [None, None, None, None]);
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

/// A TCF string as a consent platform writes it, as far as it concerns Amazon.
#[derive(Clone, Debug)]
struct Written {
    purposes: Vec<bool>,
    vendors: Vec<(u16, u16)>,
    ranges: bool,
    restrictions: Vec<(u8, u8, Vec<(u16, u16)>)>,
    disclosed: Option<Vec<(u16, u16)>>,
}

fn holds(vendors: &[(u16, u16)]) -> bool {
    vendors.iter().any(|(first, last)| (*first..=*last).contains(&tcf::AMAZON))
}

fn write_ranges(writer: &mut Writer, vendors: &[(u16, u16)]) {
    writer.number(12, vendors.len() as u64);
    for (first, last) in vendors {
        writer.number(1, u64::from(first != last)).number(16, u64::from(*first));
        if first != last {
            writer.number(16, u64::from(*last));
        }
    }
}

fn write_vendors(writer: &mut Writer, vendors: &[(u16, u16)], ranges: bool) {
    let max = vendors.iter().map(|(_, last)| *last).max().unwrap_or_default();
    writer.number(16, u64::from(max)).number(1, u64::from(ranges));
    if ranges {
        write_ranges(writer, vendors);
    } else {
        for vendor in 1..=max {
            let on = vendors.iter().any(|(first, last)| (*first..=*last).contains(&vendor));
            writer.number(1, u64::from(on));
        }
    }
}

impl Written {
    fn text(&self) -> String {
        let mut core = Writer::default();
        core.number(6, 2).number(36, 1).number(36, 2).number(54, 3).number(6, 5).number(14, 0);
        for purpose in &self.purposes {
            core.number(1, u64::from(*purpose));
        }
        core.number(24, 0).number(13, 0);
        write_vendors(&mut core, &self.vendors, self.ranges);
        write_vendors(&mut core, &[(1, 9), (793, 793)], !self.ranges);
        core.number(12, self.restrictions.len() as u64);
        for (purpose, kind, vendors) in &self.restrictions {
            core.number(6, u64::from(*purpose)).number(2, u64::from(*kind));
            write_ranges(&mut core, vendors);
        }
        let mut text = core.text();
        if let Some(vendors) = &self.disclosed {
            let mut segment = Writer::default();
            write_vendors(segment.number(3, 1), vendors, self.ranges);
            text = format!("{text}.{}", segment.text());
        }
        text
    }

    fn read(&self) -> Tcf {
        let missing = |purpose: &u8| !self.purposes[usize::from(*purpose) - 1];
        let purposes_missing: Vec<u8> = tcf::PURPOSES.into_iter().filter(missing).collect();
        let restricts = |(purpose, kind, vendors): &&(u8, u8, Vec<(u16, u16)>)| {
            holds(vendors) && *kind != 1 && tcf::PURPOSES.contains(purpose)
        };
        let restrictions: Vec<Restriction> = self
            .restrictions
            .iter()
            .filter(restricts)
            .map(|(purpose, kind, _)| Restriction { purpose: *purpose, kind: *kind })
            .collect();
        let vendor = holds(&self.vendors);
        let allows = vendor && purposes_missing.is_empty() && restrictions.is_empty();
        Tcf {
            vendor_consent: Some(vendor),
            purposes_missing,
            restrictions,
            policy_version: 5,
            truncated: false,
            allows_amazon: Some(allows),
            vendor_disclosed: self.disclosed.as_deref().map(holds),
        }
    }
}

fn vendors() -> impl Strategy<Value = Vec<(u16, u16)>> {
    let range = (1..900_u16, 0..80_u16).prop_map(|(first, more)| (first, first + more));
    let near = prop_oneof![range, Just((793, 793)), Just((792, 792)), Just((700, 793))];
    proptest::collection::vec(near, 0..4)
}

fn written() -> impl Strategy<Value = Written> {
    let purposes = prop_oneof![Just(vec![true; 24]), proptest::collection::vec(any::<bool>(), 24)];
    let restrictions = proptest::collection::vec((1..12_u8, 0..3_u8, vendors()), 0..3);
    (purposes, vendors(), any::<bool>(), restrictions, proptest::option::of(vendors())).prop_map(
        |(purposes, vendors, ranges, restrictions, disclosed)| Written {
            purposes,
            vendors,
            ranges,
            restrictions,
            disclosed,
        },
    )
}

proptest! {
    #[test]
    fn what_a_consent_platform_writes_is_read(written in written()) {
        prop_assert_eq!(tcf::decode(&written.text()), Ok(written.read()));
    }

    /// What a cut string says is true of the whole one; only restrictions may have been lost.
    #[test]
    fn a_cut_string_says_nothing_false(written in written(), cut in 0..400_usize) {
        let text = written.text();
        let core = text.split('.').next().unwrap_or_default();
        let Ok(read) = tcf::decode(core.get(..cut).unwrap_or(core)) else { return Ok(()) };
        let whole = written.read();
        if let Some(vendor) = read.vendor_consent {
            prop_assert_eq!(Some(vendor), whole.vendor_consent);
        }
        prop_assert_eq!(&read.purposes_missing, &whole.purposes_missing);
        prop_assert!(whole.restrictions.starts_with(&read.restrictions));
        if read.allows_amazon != whole.allows_amazon {
            prop_assert!(read.truncated);
        }
    }

    /// The crate reads publisher restrictions wrongly, so there are none here.
    #[test]
    fn another_decoder_reads_the_same(mut written in written()) {
        written.restrictions.clear();
        written.disclosed = None;
        let theirs: iab_gpp::sections::tcfeuv2::TcfEuV2 = written.text().parse().unwrap();
        let ours = tcf::decode(&written.text()).unwrap();
        prop_assert_eq!(ours.vendor_consent, Some(theirs.core.vendor_consents.contains(&tcf::AMAZON)));
        let missing: Vec<u8> =
            tcf::PURPOSES.into_iter().filter(|purpose| !theirs.core.purpose_consents.contains(&u16::from(*purpose))).collect();
        prop_assert_eq!(ours.purposes_missing, missing);
    }

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
