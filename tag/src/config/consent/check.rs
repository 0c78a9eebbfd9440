//! Checks the consent settings. What would simply not be used is a problem in a new tag; an imported tag
//! (`Send::All`) runs with it as it did, so there it is a warning.

use serde_json::Value;

use super::{Amazon, Consent, Country, Gpp, Ip, Send, Tcf};
use crate::amazon::js;
use crate::config::Expression;
use crate::config::report::Report;
use crate::consent::{self, Choice, Place};
use crate::value::Compiled;

/// A constant that counts as set.
fn constant(expression: Option<&Expression>) -> Option<&Value> {
    match expression? {
        Expression::Constant(Value::Null) => None,
        Expression::Constant(Value::String(text)) if text.is_empty() => None,
        Expression::Constant(value) => Some(value),
        Expression::Template(_) => None,
    }
}

impl Consent {
    pub(in crate::config) fn check(&self, report: &mut Report) -> Consent<Compiled> {
        self.check_country(report);
        self.check_flags(report);
        self.check_strings(report);
        self.check_ip(report);
        self.check_amazon(report);
        self.compile(report)
    }

    /// Something that will not be used.
    fn unusable(&self, report: &mut Report, path: &str, message: &str, remedy: &str) {
        match self.send {
            Send::One => report.problem(path, message, remedy),
            Send::All => report.warning(path, message, remedy),
        }
    }

    fn check_country(&self, report: &mut Report) {
        let path = "consent.country.value";
        if let Some(value) = constant(self.country.value.as_ref()) {
            match value.as_str().and_then(consent::place) {
                Some(Place::Country(_)) => {}
                Some(Place::Europe) => {
                    let message = "EU is no country; Amazon needs the visitor’s own.";
                    self.unusable(
                        report,
                        path,
                        message,
                        "Enter a country such as DE, or leave the field empty.",
                    );
                }
                None => {
                    let message = "This is no country code.";
                    self.unusable(
                        report,
                        path,
                        message,
                        "Enter the two letters of a country, such as DE or US.",
                    );
                }
            }
        }
        let header = self.country.header.as_deref().map(str::trim).unwrap_or_default();
        if !header.bytes().all(is_token) {
            let message = "This is no name of a header.";
            report.problem("consent.country.header", message, "Use one such as cf-ipcountry.");
        }
    }

    fn check_flags(&self, report: &mut Report) {
        let flags = [
            ("consent.tcf.applies", &self.tcf.applies, 0..=2, "Use 1 (yes), 0 (no) or 2 (not known)."),
            (
                "consent.tcf.personal_data",
                &self.tcf.personal_data,
                -1..=1,
                "Use 1 (yes), 0 (no) or -1 (not known).",
            ),
        ];
        for (path, expression, known, remedy) in flags {
            let Some(value) = constant(expression.as_ref()) else { continue };
            if !consent::whole(value).is_some_and(|flag| known.contains(&flag)) {
                self.unusable(report, path, "Amazon does not know this value.", remedy);
            }
        }
        let applies = constant(self.tcf.applies.as_ref()).and_then(consent::whole) == Some(1);
        if applies && self.tcf.string.is_none() && !self.tcf.from_event {
            let message = "GDPR applies to every event, but there is no consent string.";
            report.warning("consent.tcf.string", message, "Set where the string comes from.");
        }
    }

    fn check_strings(&self, report: &mut Report) {
        self.check_string(report, "consent.tcf.string", self.tcf.string.as_ref(), |text| {
            consent::tcf(text).err().map(|_| "This is no TCF v2 consent string.")
        });
        self.check_string(report, "consent.gpp.string", self.gpp.string.as_ref(), |text| {
            consent::gpp(text).err().map(|_| "This is no GPP string.")
        });
    }

    fn check_string(
        &self,
        report: &mut Report,
        path: &str,
        expression: Option<&Expression>,
        complaint: fn(&str) -> Option<&'static str>,
    ) {
        let Some(value) = constant(expression) else { return };
        let remedy = "Take it from the event instead.";
        if let Some(complaint) = complaint(&js::text(value)) {
            self.unusable(report, path, complaint, remedy);
        } else {
            let message = "This string is the same for every visitor, whatever each of them chose.";
            report.warning(path, message, remedy);
        }
    }

    fn check_ip(&self, report: &mut Report) {
        if let Some(value) = constant(self.ip.value.as_ref()) {
            let path = "consent.ip.value";
            if value.as_str().is_some_and(|ip| ip.trim().parse::<std::net::IpAddr>().is_ok()) {
                let message = "This address is the same for every visitor.";
                report.warning(path, message, "Leave the field empty to use each visitor’s own.");
            } else {
                self.unusable(report, path, "This is no IP address.", "Use one such as 203.0.113.7.");
            }
        }
    }

    fn check_amazon(&self, report: &mut Report) {
        let signals = [
            ("consent.amazon.ad_storage", &self.amazon.ad_storage),
            ("consent.amazon.user_data", &self.amazon.user_data),
        ];
        for (path, expression) in signals {
            let Some(value) = constant(expression.as_ref()) else { continue };
            match Choice::read(value) {
                Some(Choice::Granted) => {
                    let message = "This tells Amazon that every visitor has consented.";
                    report.warning(path, message, "Take it from the event, or leave the field empty.");
                }
                Some(Choice::Denied) => {}
                None => {
                    let message = "Amazon does not know this value.";
                    self.unusable(report, path, message, "Use GRANTED or DENIED.");
                }
            }
        }
        let amazon = self.amazon.ad_storage.is_some() || self.amazon.user_data.is_some();
        if amazon && self.tcf.string.is_some() {
            let message = "There is a TCF string too, and Amazon goes by that.";
            report.warning("consent.amazon", message, "Keep one of the two.");
        }
    }

    fn compile(&self, report: &mut Report) -> Consent<Compiled> {
        let Self { country, ip, tcf, gpp, amazon, .. } = self;
        let header = country.header.as_ref().map(|header| header.trim().to_ascii_lowercase());
        Consent {
            gate: self.gate,
            country: Country {
                from_event: country.from_event,
                value: report.compile("consent.country.value", country.value.as_ref()),
                header: header.filter(|header| !header.is_empty()),
            },
            ip: Ip {
                from_event: ip.from_event,
                value: report.compile("consent.ip.value", ip.value.as_ref()),
            },
            tcf: Tcf {
                from_event: tcf.from_event,
                applies: report.compile("consent.tcf.applies", tcf.applies.as_ref()),
                personal_data: report.compile("consent.tcf.personal_data", tcf.personal_data.as_ref()),
                string: report.compile("consent.tcf.string", tcf.string.as_ref()),
            },
            gpp: Gpp {
                from_event: gpp.from_event,
                string: report.compile("consent.gpp.string", gpp.string.as_ref()),
            },
            amazon: Amazon {
                from_event: amazon.from_event,
                ad_storage: report.compile("consent.amazon.ad_storage", amazon.ad_storage.as_ref()),
                user_data: report.compile("consent.amazon.user_data", amazon.user_data.as_ref()),
            },
            send: self.send,
            identifiers: self.identifiers,
        }
    }
}

/// What a header's name may hold (RFC 9110, 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::config::{Problem, TagConfig, check};

    fn said(consent: serde_json::Value) -> (Vec<String>, Vec<String>) {
        let config = json!({"tag_ids": ["5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966"], "consent": consent});
        let checked = check(&serde_json::from_value::<TagConfig>(config).unwrap());
        let line = |problem: Problem| format!("{}: {}", problem.path, problem.message);
        let problems = checked.tag.err().unwrap_or_default();
        (problems.into_iter().map(line).collect(), checked.warnings.into_iter().map(line).collect())
    }

    #[test]
    fn good_settings_pass_without_a_word() {
        let table = [
            json!({}),
            json!({"country": {"value": {"constant": "uk"}, "header": " CF-IPCountry "}}),
            json!({"country": {"value": {"template": "{{ event.country }}"}, "header": ""}}),
            json!({"tcf": {"applies": {"constant": "1"}, "personal_data": {"constant": -1}}}),
            json!({"amazon": {"ad_storage": {"constant": "DENIED"}, "user_data": {"constant": ""}}}),
        ];
        for consent in table {
            assert_eq!(said(consent.clone()), (vec![], vec![]), "{consent}");
        }
    }

    #[test]
    fn what_would_not_be_used_stops_a_new_tag_and_warns_in_an_imported_one() {
        let mut consent = json!({
            "country": {"value": {"constant": "EU"}},
            "ip": {"value": {"constant": "localhost"}},
            "tcf": {"applies": {"constant": "yes"}, "personal_data": {"constant": 2}, "string": {"constant": "x y"}},
            "gpp": {"string": {"constant": 5}},
            "amazon": {"ad_storage": {"constant": "maybe"}},
        });
        let unusable = [
            "consent.country.value: EU is no country; Amazon needs the visitor’s own.",
            "consent.tcf.applies: Amazon does not know this value.",
            "consent.tcf.personal_data: Amazon does not know this value.",
            "consent.tcf.string: This is no TCF v2 consent string.",
            "consent.gpp.string: This is no GPP string.",
            "consent.ip.value: This is no IP address.",
            "consent.amazon.ad_storage: Amazon does not know this value.",
        ];
        let two = "consent.amazon: There is a TCF string too, and Amazon goes by that.";
        assert_eq!(said(consent.clone()), (unusable.map(String::from).to_vec(), vec![two.to_owned()]));
        consent["send"] = json!("all");
        let all: Vec<String> = unusable.into_iter().chain([two]).map(String::from).collect();
        assert_eq!(said(consent), (vec![], all));
    }

    #[test]
    fn what_holds_for_every_visitor_is_a_warning() {
        let consent = json!({
            "country": {"value": {"constant": "Ü"}},
            "ip": {"value": {"constant": "203.0.113.7"}},
            "tcf": {"applies": {"constant": 1}, "from_event": false},
            "gpp": {"string": {"constant": "DBABL~BVQVAAAAAW.Y"}},
            "amazon": {"ad_storage": {"constant": "GRANTED"}, "user_data": {"constant": "GRANTED"}},
            "send": "all",
        });
        let warnings = [
            "consent.country.value: This is no country code.",
            "consent.tcf.string: GDPR applies to every event, but there is no consent string.",
            "consent.gpp.string: This string is the same for every visitor, whatever each of them chose.",
            "consent.ip.value: This address is the same for every visitor.",
            "consent.amazon.ad_storage: This tells Amazon that every visitor has consented.",
            "consent.amazon.user_data: This tells Amazon that every visitor has consented.",
        ];
        assert_eq!(said(consent), (vec![], warnings.map(String::from).to_vec()));
    }

    #[test]
    fn a_header_has_a_header_s_name() {
        let problem = "consent.country.header: This is no name of a header.".to_owned();
        assert_eq!(said(json!({"country": {"header": "cf ipcountry"}})), (vec![problem], vec![]));
    }
}
