//! The token of advanced matching: taken from its cookie, asked for, or left out.

use serde::{Deserialize, Serialize};

use super::envelope::{self, EnvelopeConsent, Token, TokenRequest};
use super::owner::{self, Owner};
use super::reply::Reply;
use crate::config::Matching;
use crate::consent::NoToken;
use crate::context::Browser;
use crate::cookie::SetCookie;
use crate::identity::HashedRecord;
use crate::privacy;
use crate::reason::Reason;
use crate::run::Param;
use crate::trace::{Effect, Step, StepId};
use crate::value::Compiled;
use crate::words;

/// Amazon's name for the cookie that holds the token.
const TOKEN: &str = "aatToken";

/// Ours, for whose it is.
const TOKEN_FOR: &str = "aatTokenFor";

/// What the trace calls the token's cookie.
const COOKIE: &str = "cookie aatToken";

/// What is to be done for a token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenPlan {
    /// `amznToken`, from the cookie.
    Use(Param),
    /// Ask Amazon first.
    Ask(Box<Ask>),
    /// The event goes without a token.
    None(Reason),
}

/// A token to ask for, and all that its reply needs to be understood: a plain value, so that the asking can wait
/// for a worker. It holds hashes and, in the consent, an IP address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    pub request: TokenRequest,
    /// How long the token may be kept when Amazon does not say.
    token_seconds: u32,
    /// Whose it will be, when the tag wants that remembered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<Person>,
    /// Whether the browser has a token of somebody else.
    #[serde(default)]
    outdated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    http_only: bool,
}

/// Whom a token is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Person {
    records: Vec<HashedRecord>,
    consent: EnvelopeConsent,
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The *Token* step.
    pub step: Step,
    /// `amznToken`, if there is one.
    pub param: Option<Param>,
    pub cookies: Vec<SetCookie>,
}

/// Whoever the token is, or would be, for.
#[derive(Clone)]
pub(crate) struct Holder<'a> {
    pub(crate) matching: &'a Matching<Compiled>,
    pub(crate) browser: Browser<'a>,
    pub(crate) records: Vec<HashedRecord>,
    pub(crate) consent: Result<EnvelopeConsent, NoToken>,
    /// Of the tag's cookies.
    pub(crate) domain: Option<String>,
    pub(crate) http_only: bool,
}

impl Holder<'_> {
    /// The *Token* step before anything is sent, and what to do, or why nothing may be sent at all. When consent
    /// keeps ids here, do not call it.
    pub(crate) fn plan(self, endpoint: &str) -> (Step, Result<TokenPlan, Reason>) {
        let step = Step::new(StepId::Token, Effect::Unchanged, "").field("matching");
        let cookie = self.browser.cookie(TOKEN).and_then(|token| envelope::usable(token).ok());
        let step = match cookie {
            Some(_) => step.input(COOKIE, "present"),
            None => step,
        };
        let step = match cookie.map(|token| (token, self.owner(token))) {
            Some((token, Owner::Same | Owner::Unknown)) => {
                let mut step = step;
                step.summary = "The token in the cookie is used".into();
                let param = Param::new("amznToken", token, COOKIE).field("matching");
                return (step, Ok(TokenPlan::Use(param)));
            }
            Some((_, Owner::Other)) if self.records.is_empty() => return none(step, Reason::TokenOutdated),
            Some((_, Owner::Other)) => step.note(Reason::TokenOutdated, COOKIE),
            Some((_, Owner::Unstated)) | None => step,
        };
        if self.records.is_empty() {
            return none(step, Reason::NoIdentity);
        }
        let consent = match self.consent {
            Ok(consent) => consent,
            Err(NoToken::Without(reason)) => return none(step.field("consent.tcf.string"), reason),
            Err(NoToken::Stop(reason)) => {
                let (mut step, _) = none(step.field("consent.tcf.string"), reason);
                step.effect = Effect::Stopped;
                return (step, Err(reason));
            }
        };
        let seconds = self.matching.token_seconds;
        let kinds: Vec<&str> = self.records.iter().map(|record| record.kind.name()).collect();
        let mut step = step.output("hashedRecords", words::list(&kinds)).output("ttl", seconds.to_string());
        step.summary = "Amazon is asked for a token".into();
        let request = TokenRequest::new(endpoint, &self.records, seconds, &consent);
        let owner = self.matching.follow_identity.then_some(Person { records: self.records, consent });
        let outdated = owner.is_some() && self.browser.cookie(TOKEN_FOR).is_some();
        let (domain, http_only) = (self.domain, self.http_only);
        let ask = Ask { request, token_seconds: seconds, owner, outdated, domain, http_only };
        (step, Ok(TokenPlan::Ask(Box::new(ask))))
    }

    fn owner(&self, token: &str) -> Owner {
        let (true, Ok(consent)) = (self.matching.follow_identity, &self.consent) else {
            return Owner::Unknown;
        };
        match self.browser.cookie(TOKEN_FOR) {
            None if self.records.is_empty() => Owner::Unknown,
            None => Owner::Unstated,
            Some(stated) => {
                let now = owner::fingerprint(token, &self.records, consent);
                if owner::same(stated, &now) { Owner::Same } else { Owner::Other }
            }
        }
    }
}

impl Ask {
    /// What Amazon's reply means.
    pub fn answered(&self, reply: &Reply, now_ms: i64) -> Answered {
        let step = Step::new(StepId::Token, Effect::Changed, "").field("matching");
        match envelope::read(reply, now_ms, self.token_seconds) {
            Ok(Token { value, max_age_s }) => {
                let mut step = step.output("max_age_s", max_age_s.to_string());
                step.summary = "Amazon gave a token".into();
                let owner = self.owner.as_ref().map(|Person { records, consent }| {
                    self.cookie(TOKEN_FOR, owner::fingerprint(&value, records, consent), max_age_s)
                });
                let param = Param::new("amznToken", value.as_str(), "Amazon’s token reply").field("matching");
                let token = self.cookie(TOKEN, value, max_age_s);
                Answered { step, param: Some(param), cookies: [token].into_iter().chain(owner).collect() }
            }
            Err(reason) => {
                let (mut step, _) = none(step, reason);
                if let Reply::Answered { status, .. } = reply {
                    step = step.output("status", status.to_string());
                }
                // What is another's must not be used when the next event knows nobody.
                let remove = |name| self.cookie(name, String::new(), 0);
                let cookies = if self.outdated { [TOKEN, TOKEN_FOR].map(remove).into() } else { vec![] };
                Answered { step, param: None, cookies }
            }
        }
    }

    /// As it may be kept and shown: the hashes stay, the IP address is shortened.
    pub(crate) fn shown(&self) -> Self {
        let TokenRequest { url, body } = &self.request;
        let request = TokenRequest { url: url.clone(), body: privacy::document(body) };
        Self { request, owner: None, ..self.clone() }
    }

    fn cookie(&self, name: &str, value: String, max_age_s: i64) -> SetCookie {
        SetCookie {
            name: name.to_owned(),
            value,
            domain: self.domain.clone(),
            max_age_s,
            http_only: self.http_only,
        }
    }
}

fn none(mut step: Step, reason: Reason) -> (Step, Result<TokenPlan, Reason>) {
    step.effect = Effect::Unchanged;
    step.summary = reason.text().into();
    (step.reason(reason), Ok(TokenPlan::None(reason)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::identity::{Kind, sha256};

    const NOW_MS: i64 = 1_749_057_344_456;

    fn record(kind: Kind, text: &str) -> HashedRecord {
        HashedRecord { kind, sha256: sha256(text) }
    }

    fn consent(amazon: Value) -> EnvelopeConsent {
        EnvelopeConsent { gdpr: 0, gdpr_consent: String::new(), amazon: Some(amazon) }
    }

    fn matching(follow_identity: bool) -> Matching<Compiled> {
        Matching { enabled: true, follow_identity, ..Matching::default() }
    }

    /// A browser's cookies, which the answers change.
    #[derive(Default)]
    struct Jar(Vec<(String, String)>);

    impl Jar {
        fn with(name: &str, value: &str) -> Self {
            Self(vec![(name.to_owned(), value.to_owned())])
        }

        fn names(&self) -> Vec<&str> {
            self.0.iter().map(|(name, _)| name.as_str()).collect()
        }

        fn set(&mut self, cookies: &[SetCookie]) {
            for cookie in cookies {
                self.0.retain(|(name, _)| *name != cookie.name);
                if cookie.max_age_s > 0 {
                    self.0.push((cookie.name.clone(), cookie.value.clone()));
                }
            }
        }

        /// What one event does: `used <token>`, `asked`, or the code of the reason.
        fn event(
            &mut self,
            follow: bool,
            records: &[HashedRecord],
            consent: &EnvelopeConsent,
            body: &str,
        ) -> String {
            let matching = matching(follow);
            let cookies = self.0.clone();
            let browser = Browser { cookies: &cookies, ..Browser::default() };
            let (records, consent) = (records.to_vec(), Ok(consent.clone()));
            let holder =
                Holder { matching: &matching, browser, records, consent, domain: None, http_only: true };
            match holder.plan("https://tk.example/envelope").1 {
                Ok(TokenPlan::Use(param)) => format!("used {}", param.value),
                Ok(TokenPlan::None(reason)) | Err(reason) => reason.code().to_owned(),
                Ok(TokenPlan::Ask(ask)) => {
                    let reply = Reply::Answered { status: 200, headers: vec![], body: body.to_owned() };
                    self.set(&ask.answered(&reply, NOW_MS).cookies);
                    "asked".to_owned()
                }
            }
        }
    }

    const FIRST: &str = r#"{"AIPToken":"AIP1"}"#;
    const SECOND: &str = r#"{"AIPToken":"AIP2"}"#;

    #[test]
    fn a_token_stays_with_its_person_and_consent() {
        let granted = consent(json!({"geo": {"ipAddress": "203.0.113.7"}, "consent": {"gpp": "A"}}));
        let moved = consent(json!({"geo": {"countryCode": "DE"}, "consent": {"gpp": "A"}}));
        let changed = consent(json!({"geo": {}, "consent": {"gpp": "B"}}));
        let jane = [record(Kind::Email, "jane"), record(Kind::Phone, "1")];
        let (jane_by_email, jane_by_phone) = (&jane[..1], &jane[1..]);
        let john = [record(Kind::Email, "john"), record(Kind::Phone, "1")];

        let mut jar = Jar::default();
        assert_eq!(jar.event(true, &[], &granted, FIRST), "identity.none");
        assert_eq!(jar.event(true, &jane, &granted, FIRST), "asked");
        assert_eq!(jar.names(), ["aatToken", "aatTokenFor"]);
        for records in [&jane[..], jane_by_email, jane_by_phone, &[]] {
            assert_eq!(jar.event(true, records, &granted, SECOND), "used AIP1");
            assert_eq!(jar.event(true, records, &moved, SECOND), "used AIP1");
        }
        assert_eq!(jar.event(true, &[], &changed, SECOND), "token.outdated");
        assert_eq!(jar.event(true, &john, &granted, SECOND), "asked");
        assert_eq!(jar.event(true, &john, &granted, FIRST), "used AIP2");
        assert_eq!(jar.event(true, &john, &changed, FIRST), "asked");

        // What nothing has in common with the token's owner may be anybody.
        let mut jar = Jar::default();
        assert_eq!(jar.event(true, jane_by_email, &granted, FIRST), "asked");
        assert_eq!(jar.event(true, jane_by_phone, &granted, SECOND), "asked");
    }

    #[test]
    fn another_person_s_token_goes_even_when_amazon_gives_none() {
        let granted = consent(json!({}));
        let (jane, john) = ([record(Kind::Email, "jane")], [record(Kind::Email, "john")]);
        for body in ["", r#"{"AIPToken":"AMZN-NoCookieConsent"}"#] {
            let mut jar = Jar::default();
            jar.event(true, &jane, &granted, FIRST);
            assert_eq!(jar.event(true, &john, &granted, body), "asked");
            assert_eq!(jar.names(), [""; 0]);
        }
    }

    #[test]
    fn a_token_from_before_is_replaced_when_somebody_is_known() {
        let granted = consent(json!({}));
        let jane = [record(Kind::Email, "jane")];
        let mut jar = Jar::with("aatToken", "old");
        assert_eq!(jar.event(true, &[], &granted, FIRST), "used old");
        assert_eq!(jar.event(true, &jane, &granted, ""), "asked");
        assert_eq!(jar.event(true, &[], &granted, FIRST), "used old", "a failure breaks nothing");
        assert_eq!(jar.event(true, &jane, &granted, FIRST), "asked");
        assert_eq!(jar.event(true, &jane, &granted, SECOND), "used AIP1");

        // A token that came from elsewhere has not the owner of the one before.
        jar.0.retain(|(name, _)| name == "aatTokenFor");
        jar.0.push(("aatToken".to_owned(), "foreign".to_owned()));
        assert_eq!(jar.event(true, &jane, &granted, SECOND), "asked");
        let mut junk = Jar(vec![("aatToken".into(), "t".into()), ("aatTokenFor".into(), "..c.é.".into())]);
        assert_eq!(junk.event(true, &[], &granted, FIRST), "token.outdated");
        assert_eq!(junk.event(true, &jane, &granted, FIRST), "asked");
    }

    #[test]
    fn an_imported_tag_takes_the_cookie_as_it_is() {
        let granted = consent(json!({}));
        let jane = [record(Kind::Email, "jane")];
        for (token, done) in [
            ("old", "used old"),
            ("undefined", "used undefined"),
            ("", "asked"),
            ("AMZN-NoCookieConsent", "asked"),
        ] {
            let mut jar = Jar::with("aatToken", token);
            assert_eq!(jar.event(false, &jane, &granted, FIRST), done);
            assert_eq!(jar.names(), ["aatToken"], "nothing says whose it is");
        }
    }

    #[test]
    fn without_the_consent_that_amazon_requires_nothing_is_asked() {
        let matching = matching(false);
        let reason = Reason::ConsentStringMissing;
        let plan = |consent, cookies: &[(String, String)]| {
            let browser = Browser { cookies, ..Browser::default() };
            let records = vec![record(Kind::Email, "jane")];
            Holder {
                matching: &matching,
                browser,
                records,
                consent: Err(consent),
                domain: None,
                http_only: true,
            }
            .plan("https://tk.example/envelope")
            .1
        };
        assert_eq!(plan(NoToken::Without(reason), &[]), Ok(TokenPlan::None(reason)));
        assert_eq!(plan(NoToken::Stop(reason), &[]), Err(reason));
        let cookie = [("aatToken".to_owned(), "old".to_owned())];
        assert!(matches!(plan(NoToken::Stop(reason), &cookie), Ok(TokenPlan::Use(_))));
    }

    #[test]
    fn what_goes_on_the_event_says_where_it_came_from() {
        let matching = matching(true);
        let holder = Holder {
            matching: &matching,
            browser: Browser::default(),
            records: vec![record(Kind::Email, "jane")],
            consent: Ok(consent(json!({}))),
            domain: Some("shop.example".to_owned()),
            http_only: true,
        };
        let Ok(TokenPlan::Ask(ask)) = holder.plan("https://tk.example/envelope").1 else { panic!() };
        let ask: Ask = serde_json::from_value(serde_json::to_value(ask).unwrap()).unwrap();
        let reply = Reply::Answered { status: 200, headers: vec![], body: FIRST.to_owned() };
        let Answered { step, param, cookies } = ask.answered(&reply, NOW_MS);
        let expected = Param::new("amznToken", "AIP1", "Amazon’s token reply").field("matching");
        assert_eq!((step.effect, param), (Effect::Changed, Some(expected)));
        assert!(!serde_json::to_string(&step).unwrap().contains("AIP1"), "a token is nobody else's business");
        assert!(cookies.iter().all(|cookie| cookie.domain.as_deref() == Some("shop.example")));

        let Answered { step, param, cookies } = ask.answered(&Reply::TimedOut, NOW_MS);
        assert_eq!((step.reason, param, cookies), (Some(Reason::TokenFailed), None, vec![]));
    }
}
