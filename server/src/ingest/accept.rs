//! An event and the published tags become what is stored and what is shown. Nothing personal leaves here in
//! plain form: requests to Amazon carry hashes, the rest goes through [`tag::privacy`].

use app::views::{LiveRow, TagLink};
use serde_json::Value;
use tag::amazon::Endpoints;
use tag::clients::Request;
use tag::event::Event;
use tag::outcome::Outcome;
use tag::privacy;
use tag::reason::Reason;
use tag::run::{Context, Decision, Run, run};
use tag::trace::{Effect, Step, StepId, Trace};

use crate::ids::Ids;
use crate::published::{PublishedTag, Snapshot};
use crate::store::rows::{AcceptedDelivery, AcceptedEvent, AcceptedRun, Dedupe, Source};

/// What all events of a request share.
pub(super) struct Arrival<'a> {
    pub source: &'a Source,
    pub snapshot: &'a Snapshot,
    pub endpoints: &'a Endpoints,
    pub ids: &'a dyn Ids,
    pub at: i64,
    pub dedupe_ms: i64,
    pub test: bool,
    request: Value,
    received: Step,
}

/// An event ready to be stored, with its rows for the live list.
pub(super) struct Prepared {
    pub event: AcceptedEvent,
    pub rows: Vec<LiveRow>,
    /// The deliveries whose first try the caller waits for.
    pub awaited: Vec<String>,
}

impl<'a> Arrival<'a> {
    pub(super) fn new(
        source: &'a Source,
        snapshot: &'a Snapshot,
        endpoints: &'a Endpoints,
        ids: &'a dyn Ids,
        dedupe_ms: i64,
        request: &Request,
        test: bool,
    ) -> Self {
        // A view of strings and numbers: writing it cannot fail.
        let view = serde_json::to_value(privacy::request_view(request)).unwrap_or_default();
        let at = request.received_at_ms;
        Self {
            source,
            snapshot,
            endpoints,
            ids,
            at,
            dedupe_ms,
            test,
            request: view,
            received: received(request, test),
        }
    }

    /// Runs every tag that takes the source's events.
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
                id: self.ids.id(self.at),
                source_id: self.source.id.clone(),
                received_at: self.at,
                event_name: event.name().to_owned(),
                event_id: event.text("event_id"),
                dedupe,
                test: self.test,
                data: privacy::redact(&event),
                request: self.request.clone(),
                runs: vec![],
            },
            rows: vec![],
            awaited: vec![],
        };
        let context = Context { now_ms: self.at, endpoints: self.endpoints };
        for published in self.snapshot.tags_of(&self.source.id) {
            self.add(&mut prepared, &event, Some(published), &trace, run(&published.tag, &event, context));
        }
        if prepared.event.runs.is_empty() {
            let none =
                Run { event_out: None, decision: Decision::Skip(Reason::NoTag), trace: Trace::default() };
            self.add(&mut prepared, &event, None, &trace, none);
        }
        prepared
    }

    fn add(
        &self,
        to: &mut Prepared,
        event: &Event,
        published: Option<&PublishedTag>,
        trace: &[Step],
        run: Run,
    ) {
        let deliver = |request| AcceptedDelivery { id: self.ids.id(self.at), request };
        let (outcome, reason, deliveries) = match run.decision {
            Decision::Send(requests) => (Outcome::Pending, None, requests.into_iter().map(deliver).collect()),
            Decision::Skip(reason) => (Outcome::Skipped, Some(reason), vec![]),
        };
        let run = AcceptedRun {
            id: self.ids.id(self.at),
            version_id: published.map(|published| published.version.id.clone()),
            event_out: run.event_out,
            outcome,
            reason,
            value: event.text("value"),
            currency: event.text("currency"),
            trace: Trace { steps: trace.iter().cloned().chain(run.trace.steps).collect() },
            deliveries,
        };
        if published.is_some_and(|published| !published.tag.optimistic()) {
            to.awaited.extend(run.deliveries.iter().map(|delivery| delivery.id.clone()));
        }
        to.rows.push(self.row(&to.event, &run, published));
        to.event.runs.push(run);
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
        Dedupe { key: format!("{}\n{id}", event.name()), expires_at: self.at + self.dedupe_ms }
    }

    fn issue_id(&self, event: &mut Event) -> Step {
        let id = format!("evt_{}", self.ids.id(self.at));
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
