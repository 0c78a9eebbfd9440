//! Stored rows as the interface shows them.

use app::views::{AttemptView, LiveRow, RequestView, RunView, TagLink};
use tag::run::Param;
use tag::trace::{Effect, Step, StepId};

use crate::store::rows::{Attempt, DeliveryDetail, RunDetail, RunRow};

pub fn row(run: RunRow) -> LiveRow {
    let tag = run.tag_id.zip(run.tag_name).map(|(id, name)| TagLink { id, name });
    LiveRow {
        id: run.id,
        event_id: run.event_id,
        at: run.received_at,
        source: run.source_name,
        event_in: run.event_name,
        event_out: run.event_out,
        tag,
        version: run.version,
        outcome: run.outcome,
        reason: run.reason,
        value: run.value,
        currency: run.currency,
        http_status: run.http_status.and_then(|status| u16::try_from(status).ok()),
        latency_ms: run.latency_ms.and_then(|ms| u64::try_from(ms).ok()),
        attempts: u64::try_from(run.attempts).unwrap_or(0),
        next_at: run.next_at,
        test: run.test,
    }
}

/// The steps of the run, then those of every try in the order in which they began.
pub fn run(detail: RunDetail) -> RunView {
    let mut steps = detail.trace.steps;
    steps.extend(steps_of_tries(&detail.deliveries));
    RunView {
        row: row(detail.row),
        steps,
        requests: detail.deliveries.into_iter().map(request).collect(),
        incoming: detail.request,
        data: detail.data,
    }
}

fn steps_of_tries(deliveries: &[DeliveryDetail]) -> impl Iterator<Item = Step> {
    let mut attempts: Vec<&Attempt> = deliveries.iter().flat_map(|delivery| &delivery.attempts).collect();
    attempts.sort_by_key(|attempt| attempt.started_at);
    attempts.into_iter().flat_map(|attempt| attempt.steps.iter().cloned())
}

fn request(delivery: DeliveryDetail) -> RequestView {
    let DeliveryDetail { request, attempts, .. } = &delivery;
    // What was stored is the request before the token; the token itself was never stored.
    let given = |step: &Step| step.id == StepId::Token && step.effect == Effect::Changed;
    let token = attempts.last().is_some_and(|attempt| attempt.steps.iter().any(given));
    let token = token.then(|| Param::new("amznToken", "***", "Amazon’s token reply").field("matching"));
    let request = request.with_token(token);
    RequestView {
        url: request.url(),
        token: request.token.map(|ask| ask.request),
        tag_id: request.tag_id,
        params: request.params,
        outcome: delivery.outcome,
        reason: delivery.reason,
        next_at: delivery.next_at,
        attempts: delivery.attempts.into_iter().map(attempt).collect(),
    }
}

fn attempt(attempt: Attempt) -> AttemptView {
    let Attempt { number, started_at, latency_ms, reply, steps: _ } = attempt;
    AttemptView { number, started_at, latency_ms, reply }
}
