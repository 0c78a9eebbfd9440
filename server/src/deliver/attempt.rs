//! One try: the token first if the event needs one, the event, then Amazon's redirect.
//!
//! Only the event's own answer decides how the try ends. A token or a second leg that fails takes nothing from it.

use std::sync::Arc;

use tag::amazon::Endpoints;
use tag::amazon::reply::{Reply, Verdict, read};
use tag::amazon::sync::{self, Next, Policy, Redirect, SecondLeg};
use tag::amazon::token::Ask;
use tag::cookie::SetCookie;
use tag::log::{About, Record};
use tag::reason::Reason;
use tag::run::{EventRequest, Param};
use tag::trace::{Step, attempt_steps};

use super::tokens::{Asked, Tokens};
use super::transport::{Received, Request};
use super::waiters::Handed;
use super::{Transport, Waiters};
use crate::clock::Clock;
use crate::store::rows::{Attempt, Claimed};
use crate::telemetry::metrics;

/// Makes tries.
pub struct Attempts {
    pub transport: Arc<dyn Transport>,
    pub tokens: Tokens,
    pub endpoints: Endpoints,
    pub waiters: Arc<Waiters>,
    pub clock: Arc<dyn Clock>,
}

impl Attempts {
    /// Always returns in bounded time: token, event and second leg have their timeouts.
    pub(super) async fn make(&self, claimed: &Claimed) -> (Attempt, Verdict) {
        let mut steps = vec![];
        let (mut token, mut cookies) = (None, vec![]);
        if let Some(ask) = &claimed.request.token {
            let asked = self.ask(claimed, ask).await;
            steps.push(asked.step);
            (token, cookies) = (asked.param, asked.cookies);
        }
        let url = claimed.request.with_token(token).url();
        let tag_id = &claimed.request.tag_id;
        self.log(claimed, |about| about.request(tag_id, &url));
        let started_at = self.clock.now_ms();
        let Received { reply, redirect } =
            self.transport.send(&Request::Get { url: url.clone(), cookie: None }).await;
        let latency_ms = self.clock.now_ms() - started_at;
        self.log(claimed, |about| about.reply(tag_id, &reply));

        let number = claimed.attempts + 1;
        let shown = u32::try_from(number).unwrap_or(u32::MAX);
        steps.extend(attempt_steps(shown, started_at, latency_ms, &reply));
        let mut verdict = read(&reply);
        if let Some(redirect) = redirect {
            let (synced, second) = self.redirected(claimed, &redirect, &url).await;
            steps.push(sync::step(synced, second.as_ref()));
            verdict = Verdict::Delivered(sync::delivered(synced));
        }
        steps.extend(cookies);
        (Attempt { number, started_at, latency_ms, reply, steps }, verdict)
    }

    async fn ask(&self, claimed: &Claimed, ask: &Ask) -> Token {
        let Asked { reply, shared } = self.tokens.ask(&ask.request).await;
        let answered = ask.answered(&reply, self.clock.now_ms());
        if !shared {
            metrics::token(answered.step.reason);
            let body = serde_json::from_str(&ask.request.body).unwrap_or_default();
            self.log(claimed, |about| about.token_request(&ask.request.url, &body));
            self.log(claimed, |about| about.token_reply(&reply));
        }
        let cookie = |cookie: &SetCookie| {
            let handed = Handed { cookies: vec![cookie.clone()], ..Handed::default() };
            cookie.step(!self.waiters.hand(&claimed.id, handed))
        };
        let cookies = answered.cookies.iter().map(cookie).collect();
        Token { step: answered.step, param: answered.param, cookies }
    }

    /// Decides who follows, and follows at most once. Returns the reason of the *Synced* step and the answer to
    /// the second leg.
    async fn redirected(&self, claimed: &Claimed, redirect: &Redirect, url: &str) -> (Reason, Option<Reply>) {
        let next = |policy| sync::next(redirect, url, policy, &self.endpoints);
        let EventRequest { tag_id, sync: policy, .. } = &claimed.request;
        let mut decided = next(*policy);
        if let Next::Browser { pixel } = &decided {
            let handed = Handed { pixels: vec![pixel.clone()], ..Handed::default() };
            if self.waiters.hand(&claimed.id, handed) {
                metrics::redirect(Reason::HandedToBrowser);
                return (Reason::HandedToBrowser, None);
            }
            decided = next(Policy { browser: false, ..*policy });
        }
        let (synced, second) = match decided {
            Next::Follow(SecondLeg { url, cookie }) => {
                let second = self.transport.send(&Request::Get { url, cookie }).await.reply;
                (sync::followed(&second), Some(second))
            }
            Next::Left(reason) => (reason, None),
            // Not without a browser.
            Next::Browser { .. } => (Reason::SyncUnsupported, None),
        };
        if synced == Reason::SyncUnsupported {
            self.log(claimed, |about| about.sync_unsupported(tag_id));
        }
        metrics::redirect(synced);
        (synced, second)
    }

    fn log(&self, claimed: &Claimed, record: impl FnOnce(About<'_>) -> Record) {
        if let Some(logging) = &claimed.log {
            let name = claimed.request.params.iter().find(|param| param.name == "event");
            let name = name.map(|param| param.value.as_str());
            logging.write(&record(logging.about(self.clock.now_ms(), name)));
        }
    }
}

/// What came of asking for a token.
struct Token {
    step: Step,
    param: Option<Param>,
    /// The *Cookie* steps.
    cookies: Vec<Step>,
}
