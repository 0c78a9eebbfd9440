//! The token of advanced matching: taken from its cookie, asked for, or left out.

use super::envelope::{self, EnvelopeConsent, Token, TokenRequest};
use super::owner::{self, Owner};
use super::reply::Reply;
use crate::config::Matching;
use crate::context::Browser;
use crate::identity::HashedRecord;
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
    /// Send this, then hand the reply to [`Holder::answered`].
    Ask(TokenRequest),
    /// The event goes without a token.
    None(Reason),
}

/// What came of asking.
pub(crate) struct Answered {
    pub(crate) step: Step,
    /// `amznToken`, if there is one.
    pub(crate) param: Option<Param>,
    pub(crate) cookies: Vec<TokenCookie>,
}

/// A cookie to set. Domain and flags are those of all the tag's cookies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenCookie {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// 0 removes it.
    pub(crate) max_age_s: i64,
}

/// Whoever the token is, or would be, for.
#[derive(Clone, Copy)]
pub(crate) struct Holder<'a> {
    pub(crate) matching: &'a Matching<Compiled>,
    pub(crate) browser: Browser<'a>,
    pub(crate) records: &'a [HashedRecord],
    pub(crate) consent: &'a EnvelopeConsent,
}

impl Holder<'_> {
    /// The *Token* step before anything is sent. When consent keeps ids here, do not call it.
    pub(crate) fn plan(&self, endpoint: &str) -> (Step, TokenPlan) {
        let step = Step::new(StepId::Token, Effect::Unchanged, "").field("matching");
        if !self.matching.enabled {
            return none(step.field("matching.enabled"), Reason::MatchingOff);
        }
        let cookie = self.browser.cookie(TOKEN).and_then(|token| envelope::usable(token).ok());
        let step = match cookie {
            Some(_) => step.input(COOKIE, "present"),
            None => step,
        };
        let step = match cookie.map(|token| (token, self.owner(token))) {
            Some((token, Owner::Same | Owner::Unknown)) => {
                let mut step = step;
                step.summary = "The token in the cookie is used".to_owned();
                let param = Param::new("amznToken", token, COOKIE).field("matching");
                return (step, TokenPlan::Use(param));
            }
            Some((_, Owner::Other)) if self.records.is_empty() => return none(step, Reason::TokenOutdated),
            Some((_, Owner::Other)) => step.note(Reason::TokenOutdated, COOKIE),
            Some((_, Owner::Unstated)) | None => step,
        };
        if self.records.is_empty() {
            return none(step, Reason::NoIdentity);
        }
        if self.consent.gdpr == 1 && self.consent.gdpr_consent.is_empty() {
            return none(step, Reason::ConsentStringMissing);
        }
        let seconds = self.matching.token_seconds;
        let request = TokenRequest::new(endpoint, self.records, seconds, self.consent);
        let kinds: Vec<&str> = self.records.iter().map(|record| record.kind.name()).collect();
        let mut step = step.output("hashedRecords", words::list(&kinds)).output("ttl", seconds.to_string());
        step.summary = "Amazon is asked for a token".to_owned();
        (step, TokenPlan::Ask(request))
    }

    /// The *Token* step after Amazon's reply.
    pub(crate) fn answered(&self, reply: &Reply, now_ms: i64) -> Answered {
        let step = Step::new(StepId::Token, Effect::Changed, "").field("matching");
        let follow = self.matching.follow_identity;
        match envelope::read(reply, now_ms, self.matching.token_seconds) {
            Ok(Token { value, max_age_s }) => {
                let mut step = step.output("max_age_s", max_age_s.to_string());
                step.summary = "Amazon gave a token".to_owned();
                let owner = follow.then(|| TokenCookie {
                    name: TOKEN_FOR,
                    value: self.fingerprint(&value),
                    max_age_s,
                });
                let param = Param::new("amznToken", value.as_str(), "Amazon’s token reply").field("matching");
                let token = TokenCookie { name: TOKEN, value, max_age_s };
                let cookies = [token].into_iter().chain(owner).collect();
                Answered { step, param: Some(param), cookies }
            }
            Err(reason) => {
                let (mut step, _) = none(step, reason);
                if let Reply::Answered { status, .. } = reply {
                    step = step.output("status", status.to_string());
                }
                // What is another's must not be used when the next event knows nobody.
                let outdated = follow && self.browser.cookie(TOKEN_FOR).is_some();
                let remove = |name| TokenCookie { name, value: String::new(), max_age_s: 0 };
                let cookies = if outdated { [TOKEN, TOKEN_FOR].map(remove).into() } else { vec![] };
                Answered { step, param: None, cookies }
            }
        }
    }

    fn owner(&self, token: &str) -> Owner {
        if !self.matching.follow_identity {
            return Owner::Unknown;
        }
        match self.browser.cookie(TOKEN_FOR) {
            None if self.records.is_empty() => Owner::Unknown,
            None => Owner::Unstated,
            Some(stated) if owner::same(stated, &self.fingerprint(token)) => Owner::Same,
            Some(_) => Owner::Other,
        }
    }

    fn fingerprint(&self, token: &str) -> String {
        owner::fingerprint(token, self.records, self.consent)
    }
}

fn none(mut step: Step, reason: Reason) -> (Step, TokenPlan) {
    step.effect = Effect::Unchanged;
    step.summary = reason.text().to_owned();
    (step.reason(reason), TokenPlan::None(reason))
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
        EnvelopeConsent { gdpr: 0, gdpr_consent: String::new(), amazon }
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

        fn set(&mut self, cookies: &[TokenCookie]) {
            for cookie in cookies {
                self.0.retain(|(name, _)| name != cookie.name);
                if cookie.max_age_s > 0 {
                    self.0.push((cookie.name.to_owned(), cookie.value.clone()));
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
            let holder = Holder { matching: &matching, browser, records, consent };
            match holder.plan("https://tk.example/envelope").1 {
                TokenPlan::Use(param) => format!("used {}", param.value),
                TokenPlan::None(reason) => reason.code().to_owned(),
                TokenPlan::Ask(_) => {
                    let reply = Reply::Answered { status: 200, headers: vec![], body: body.to_owned() };
                    self.set(&holder.answered(&reply, NOW_MS).cookies);
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
    fn without_a_consent_string_under_gdpr_nothing_is_asked() {
        let mut missing = consent(json!({}));
        missing.gdpr = 1;
        let jane = [record(Kind::Email, "jane")];
        assert_eq!(Jar::default().event(true, &jane, &missing, FIRST), "consent.string_missing");
        missing.gdpr_consent = "CQ".to_owned();
        assert_eq!(Jar::default().event(true, &jane, &missing, FIRST), "asked");
    }

    #[test]
    fn what_goes_on_the_event_says_where_it_came_from() {
        let granted = consent(json!({}));
        let jane = [record(Kind::Email, "jane")];
        let matching = matching(true);
        let holder =
            Holder { matching: &matching, browser: Browser::default(), records: &jane, consent: &granted };
        let reply = Reply::Answered { status: 200, headers: vec![], body: FIRST.to_owned() };
        let Answered { step, param, .. } = holder.answered(&reply, NOW_MS);
        let expected = Param::new("amznToken", "AIP1", "Amazon’s token reply").field("matching");
        assert_eq!((step.effect, param), (Effect::Changed, Some(expected)));
        assert!(!serde_json::to_string(&step).unwrap().contains("AIP1"), "a token is nobody else's business");

        let Answered { step, param, cookies } = holder.answered(&Reply::TimedOut, NOW_MS);
        assert_eq!((step.reason, param, cookies), (Some(Reason::TokenFailed), None, vec![]));
    }
}
