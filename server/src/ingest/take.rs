//! One request's way from bytes to stored events, the same for every client format and for test events.

use std::sync::Arc;

use serde_json::Value;
use tag::clients::{self, Claim, Fault, Request, claim};

use super::Ingest;
use super::accept::Arrival;
use super::reply::{Refused, fault_code};
use crate::deliver::waiters::{Handed, Waiting};
use crate::published::Snapshot;
use crate::store::rows::{Accepted, Source};
use crate::telemetry::metrics;

/// What became of a request's events.
pub(crate) struct Taken {
    /// The sender can be told to load pixels in its answer.
    pub command_channel: bool,
    /// In the request's order.
    pub items: Vec<Item>,
    /// What the answer tells the sender's browser.
    pub handed: Handed,
    /// Each ends when the awaited deliveries of an event have been tried.
    first_tries: Vec<Waiting>,
}

/// What became of one event.
pub(crate) struct Item {
    /// The sender's id, or the one issued.
    pub event_id: Option<String>,
    /// Its first row in the live list.
    pub run_id: Option<String>,
    pub status: Status,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Accepted,
    Duplicate,
    Rejected(Vec<Fault>),
}

/// Why a request is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Production,
    /// Sent from the interface; marked, and never a duplicate.
    Test,
    /// Checked and answered, not stored.
    DryRun,
}

impl Ingest {
    /// Reads, runs and stores a request. Returns after the commit.
    pub(crate) async fn take(
        &self,
        snapshot: &Snapshot,
        source: &Source,
        request: Request,
        purpose: Purpose,
    ) -> Result<Taken, Refused> {
        let limits = clients::Limits { events: self.limits.events, depth: self.limits.depth };
        let Claim { client, items: claimed, command_channel } = claim(&request, limits)?;
        metrics::received(client, claimed.len());

        let test = purpose == Purpose::Test;
        let arrival = Arrival::new(self, snapshot, source, &request, command_channel, test);
        let mut items = Vec::with_capacity(claimed.len());
        let mut prepared = Vec::with_capacity(claimed.len());
        for item in claimed {
            match item.event {
                Ok(event) => {
                    let ready = arrival.prepare(event, item.steps);
                    let run_id = ready.event.runs.first().map(|run| run.id.clone());
                    items.push(Item {
                        event_id: ready.event.event_id.clone(),
                        run_id,
                        status: Status::Accepted,
                    });
                    prepared.push(ready);
                }
                Err(faults) => {
                    let code = faults.first().map_or("invalid", |fault| fault_code(fault.code));
                    metrics::rejected(code, 1);
                    items.push(Item {
                        event_id: item.event_id,
                        run_id: None,
                        status: Status::Rejected(faults),
                    });
                }
            }
        }
        if purpose == Purpose::DryRun || prepared.is_empty() {
            return Ok(Taken { command_channel, items, handed: Handed::default(), first_tries: vec![] });
        }

        // Before they are stored: the first try may be over a moment later.
        let waits: Vec<_> = prepared.iter().map(|ready| self.waiters.wait_for(&ready.awaited)).collect();
        let cookies: Vec<_> = prepared.iter_mut().map(|ready| std::mem::take(&mut ready.cookies)).collect();
        let answers = self.writer.store(prepared).await?;
        let duplicates = answers.iter().filter(|answer| **answer == Accepted::Duplicate).count();
        metrics::accepted(answers.len() - duplicates, duplicates);

        let (mut handed, mut first_tries) = (Handed::default(), vec![]);
        let taken = items.iter_mut().filter(|item| item.status == Status::Accepted);
        for (((item, answer), wait), cookies) in taken.zip(answers).zip(waits).zip(cookies) {
            match answer {
                Accepted::Stored => {
                    handed.add(Handed { cookies, ..Handed::default() });
                    first_tries.push(wait);
                }
                Accepted::Duplicate => item.status = Status::Duplicate,
            }
        }
        Ok(Taken { command_channel, items, handed, first_tries })
    }

    /// Waits for the awaited first tries, but not longer than callers are kept, and takes what they have for the
    /// sender's browser.
    pub(crate) async fn wait(&self, taken: &mut Taken) {
        let mut first_tries = std::mem::take(&mut taken.first_tries);
        let all = futures::future::join_all(first_tries.iter_mut().map(Waiting::all_tried));
        tokio::select! {
            _ = all => {}
            () = self.clock.sleep(self.limits.wait_ms) => {}
        }
        for wait in first_tries {
            taken.handed.add(wait.end());
        }
    }
}

/// Why a test event could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    #[error("there is no source {0}")]
    NoSource(String),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("the sample is not an event: {}", .0.first().map_or("", |fault| fault.message.as_str()))]
    Faulty(Vec<Fault>),
}

/// Sends a marked event from the interface through the path of production: `sample` is the body of
/// `POST /events`. Returns its first run's id, without waiting for Amazon.
pub async fn accept_test(ingest: &Arc<Ingest>, source_id: &str, sample: &Value) -> Result<String, TestError> {
    let snapshot = ingest.published.snapshot();
    let no_source = || TestError::NoSource(source_id.to_owned());
    let source = Arc::clone(snapshot.source(source_id).ok_or_else(no_source)?);
    let request = Request {
        method: "POST".into(),
        path: "/events".into(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: sample.to_string().into_bytes(),
        received_at_ms: ingest.clock.now_ms(),
        ..Request::default()
    };
    let taken = ingest.take(&snapshot, &source, request, Purpose::Test).await?;
    match taken.items.into_iter().next() {
        Some(Item { status: Status::Rejected(faults), .. }) => Err(TestError::Faulty(faults)),
        Some(Item { run_id: Some(run_id), .. }) => Ok(run_id),
        _ => Err(TestError::Faulty(vec![])),
    }
}
