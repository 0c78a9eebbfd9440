//! An event and the published tags become what is stored and what is shown. Everything that stays goes through
//! [`tag::privacy`]; only the exact requests to Amazon, which carry hashes and tokens, are kept beside it until
//! they have been sent.

use app::views::{LiveRow, TagLink};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use tag::clients::Request;
use tag::context::{Browser, Context};
use tag::cookie::SetCookie;
use tag::event::Event;
use tag::outcome::Outcome;
use tag::privacy;
use tag::reason::Reason;
use tag::run::{Decision, EventRequest, Run, Skipped, run};
use tag::trace::{Effect, Step, StepId, Trace};

use super::Ingest;
use crate::logs::Logging;
use crate::published::{PublishedTag, Snapshot};
use crate::sites::PublicSuffixes;
use crate::store::rows::{AcceptedDelivery, AcceptedEvent, AcceptedRun, Dedupe, Source};

/// What all events of a request share.
pub(super) struct Arrival<'a> {
    ingest: &'a Ingest,
    snapshot: &'a Snapshot,
    source: &'a Source,
    request: &'a Request,
    /// The sender can be told to load pixels in its answer.
    pixels: bool,
    test: bool,
    /// Decoded.
    cookies: Vec<(String, String)>,
    view: Value,
    received: Step,
}

/// An event ready to be stored, with its rows for the live list.
pub(super) struct Prepared {
    pub event: AcceptedEvent,
    pub rows: Vec<LiveRow>,
    /// The deliveries whose first try the caller waits for.
    pub awaited: Vec<String>,
    /// For the answer, whatever Amazon says.
    pub cookies: Vec<SetCookie>,
}

impl<'a> Arrival<'a> {
    pub(super) fn new(
        ingest: &'a Ingest,
        snapshot: &'a Snapshot,
        source: &'a Source,
        request: &'a Request,
        pixels: bool,
        test: bool,
    ) -> Self {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        Self {
            ingest,
            snapshot,
            source,
            request,
            pixels,
            test,
            cookies: request.cookies().map(|(name, value)| (name.to_owned(), decoded(value))).collect(),
            // A view of strings and numbers: writing it cannot fail.
            view: serde_json::to_value(privacy::request_view(request)).unwrap_or_default(),
            received: received(request, test),
        }
    }

    fn at(&self) -> i64 {
        self.request.received_at_ms
    }

    fn new_id(&self) -> String {
        self.ingest.ids.id(self.at())
    }

    fn browser(&self) -> Browser<'_> {
        Browser { headers: &self.request.headers, cookies: &self.cookies, query: &self.request.query }
    }

    /// Runs every tag that may run for the event.
    pub(super) fn prepare(&self, mut event: Event, steps: Vec<Step>) -> Prepared {
        let mut trace = vec![self.received.clone()];
        trace.extend(steps);
        // Each event needs an id that stays the same from try to try, or Amazon could count it twice.
        let id = id(&event, "event_id").or_else(|| id(&event, "transaction_id"));
        let dedupe = id.as_ref().filter(|_| !self.test).map(|id| self.dedupe(&event, id));
        if id.is_none() {
            trace.push(self.issue_id(&mut event));
        }
        let mut prepared = Prepared {
            event: AcceptedEvent {
                id: self.new_id(),
                source_id: self.source.id.clone(),
                received_at: self.at(),
                event_name: event.name().to_owned(),
                event_id: event.text("event_id"),
                dedupe,
                test: self.test,
                data: privacy::redact(&event),
                request: self.view.clone(),
                runs: vec![],
            },
            rows: vec![],
            awaited: vec![],
            cookies: vec![],
        };
        let context = Context {
            now_ms: self.at(),
            endpoints: &self.ingest.endpoints,
            browser: self.browser(),
            sites: &PublicSuffixes,
            pixels: self.pixels,
            preview: self.test,
        };
        for published in self.snapshot.tags().candidates(&self.source.id, event.name()) {
            self.add(&mut prepared, &event, Some(published), &trace, run(&published.tag, &event, context));
        }
        if prepared.event.runs.is_empty() {
            self.add(&mut prepared, &event, None, &trace, self.no_run());
        }
        prepared
    }

    /// One outcome for an event that no tag runs for, however many tags there are.
    fn no_run(&self) -> Run {
        let mut trace = Trace::default();
        let reason = if self.snapshot.tags().any_of(&self.source.id) {
            let step = Step::new(StepId::Triggered, Effect::Stopped, "No published tag runs for this event");
            trace.steps.push(step.reason(Reason::NotTriggered));
            Reason::NotTriggered
        } else {
            Reason::NoTag
        };
        Run { event_out: None, decision: Decision::Skip(reason.into()), trace }
    }

    fn add(
        &self,
        to: &mut Prepared,
        event: &Event,
        published: Option<&PublishedTag>,
        trace: &[Step],
        run: Run,
    ) {
        let mut steps: Vec<Step> = trace.iter().cloned().chain(run.trace.steps).collect();
        let log =
            published.and_then(|published| Logging::of(published.tag.logs(), self.test, self.browser()));
        let (outcome, reason, deliveries) = match run.decision {
            Decision::Send(plan) => {
                // A test from the interface has no browser to set cookies in.
                if !self.test {
                    steps.extend(plan.cookies.iter().map(|cookie| cookie.step(false)));
                    to.cookies.extend(plan.cookies);
                }
                let deliver = |request| self.delivery(request, log.clone());
                (Outcome::Pending, None, plan.requests.into_iter().map(deliver).collect())
            }
            Decision::Skip(Skipped { reason, subject }) => {
                if let Some(log) = &log
                    && let Some(record) =
                        log.about(self.at(), run.event_out.as_deref()).not_sent(reason, &subject)
                {
                    log.write(&record);
                }
                (Outcome::Skipped, Some(reason), vec![])
            }
        };
        let run = AcceptedRun {
            id: self.new_id(),
            version_id: published.map(|published| published.version.id.clone()),
            event_out: run.event_out,
            outcome,
            reason,
            value: event.text("value"),
            currency: event.text("currency"),
            trace: Trace { steps },
            deliveries,
        };
        if published.is_some_and(|published| !published.tag.optimistic()) {
            to.awaited.extend(run.deliveries.iter().map(|delivery| delivery.id.clone()));
        }
        to.rows.push(self.row(&to.event, &run, published));
        to.event.runs.push(run);
    }

    fn delivery(&self, exact: EventRequest, log: Option<Logging>) -> AcceptedDelivery {
        let request = privacy::outgoing(&exact);
        let sealed = (request != exact).then_some(exact);
        AcceptedDelivery { id: self.new_id(), request, sealed, log }
    }

    fn row(&self, event: &AcceptedEvent, run: &AcceptedRun, published: Option<&PublishedTag>) -> LiveRow {
        let version = published.map(|published| &published.version);
        LiveRow {
            id: run.id.clone(),
            event_id: event.id.clone(),
            at: event.received_at,
            source: self.source.name.clone(),
            event_in: event.event_name.clone(),
            event_out: run.event_out.clone(),
            tag: version
                .map(|version| TagLink { id: version.tag_id.clone(), name: version.tag_name.clone() }),
            version: version.map(|version| version.number),
            outcome: run.outcome,
            reason: run.reason,
            value: run.value.clone(),
            currency: run.currency.clone(),
            http_status: None,
            latency_ms: None,
            attempts: 0,
            next_at: None,
            test: event.test,
        }
    }

    fn dedupe(&self, event: &Event, id: &str) -> Dedupe {
        Dedupe {
            key: format!("{}\n{id}", event.name()),
            expires_at: self.at() + self.ingest.limits.dedupe_ms,
        }
    }

    fn issue_id(&self, event: &mut Event) -> Step {
        let id = format!("evt_{}", self.new_id());
        let step = Step::new(StepId::Read, Effect::Changed, "It came without an id and was given one")
            .output("event_id", id.as_str());
        event.0.insert("event_id".into(), id.into());
        step
    }
}

/// An id that tells events apart. A zero is what some sites send for "none".
fn id(event: &Event, key: &str) -> Option<String> {
    event.text(key).filter(|id| id != "0")
}

fn received(request: &Request, test: bool) -> Step {
    let summary = if test { "Sent from Sidetag to try things out" } else { "The request came in" };
    Step::new(StepId::Received, Effect::Unchanged, summary)
        .input("method", request.method.as_str())
        .input("path", request.path.as_str())
        .input("host", request.header("host").unwrap_or_default())
        .input("size", format!("{} bytes", request.body.len()))
}
