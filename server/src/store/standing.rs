//! How runs stand after some of their deliveries were tried: the arithmetic of a settle, without its queries.

use std::collections::{HashMap, HashSet};

use tag::amazon::reply::Reply;
use tag::outcome::Outcome;
use tag::reason::Reason;

use super::rows::{Attempt, RunRow, Settlement};

/// The run and the lease of each delivery that is being sent, by the delivery's id.
pub(super) type Held = HashMap<String, (String, String)>;

/// The settlements whose lease is still theirs. A repeat of one comes too late like any other stale one.
pub(super) struct Settling<'a> {
    settlements: &'a [Settlement],
    /// Index into the settlements, and the run.
    valid: Vec<(usize, String)>,
}

impl<'a> Settling<'a> {
    pub(super) fn new(settlements: &'a [Settlement], held: &Held) -> Self {
        let mut settled = HashSet::new();
        let valid = settlements
            .iter()
            .enumerate()
            .filter_map(|(index, settlement)| {
                let (run_id, lease) = held.get(&settlement.delivery_id)?;
                let ours = *lease == settlement.lease && settled.insert(&settlement.delivery_id);
                ours.then(|| (index, run_id.clone()))
            })
            .collect();
        Self { settlements, valid }
    }

    pub(super) fn valid(&self) -> impl Iterator<Item = &'a Settlement> {
        self.valid.iter().map(|(index, _)| &self.settlements[*index])
    }

    /// The deliveries that are over now.
    pub(super) fn ended(&self) -> impl Iterator<Item = &'a str> {
        let over = |settlement: &&Settlement| settlement.outcome.is_final();
        self.valid().filter(over).map(|settlement| settlement.delivery_id.as_str())
    }

    /// The runs to sum up, each once, in order.
    pub(super) fn run_ids(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.valid.iter().map(|(_, run_id)| run_id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Sums up runs from all their deliveries, which must come run by run, as they stand after the settle.
    pub(super) fn standings(&self, parts: &[Part]) -> Vec<Standing> {
        let last = |run_id: &str| {
            let own = self.valid.iter().rev().filter(|(_, id)| id == run_id);
            own.filter_map(|(index, _)| self.settlements[*index].attempt.as_ref()).next()
        };
        by_run(parts).map(|parts| Standing::new(parts, last(&parts[0].run_id))).collect()
    }

    /// One answer per settlement, in order.
    pub(super) fn answers(&self, runs: &[RunRow]) -> Vec<Option<RunRow>> {
        let runs: HashMap<&str, &RunRow> = runs.iter().map(|run| (run.id.as_str(), run)).collect();
        let mut answers = vec![None; self.settlements.len()];
        for (index, run_id) in &self.valid {
            answers[*index] = runs.get(run_id.as_str()).map(|run| (*run).clone());
        }
        answers
    }
}

/// The sums of runs whose deliveries changed without a try.
pub(super) fn without_tries(parts: &[Part]) -> Vec<Standing> {
    by_run(parts).map(|parts| Standing::new(parts, None)).collect()
}

fn by_run(parts: &[Part]) -> impl Iterator<Item = &[Part]> {
    parts.chunk_by(|a, b| a.run_id == b.run_id)
}

/// The state of a delivery that a settle leaves with this outcome.
pub(super) fn state(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Held => "held",
        outcome if outcome.is_final() => "done",
        _ => "waiting",
    }
}

/// When a retry is planned. A delivery that was never tried is due, but nobody planned a *re*try.
pub(super) fn planned(outcome: Outcome, next_at: Option<i64>) -> Option<i64> {
    next_at.filter(|_| outcome == Outcome::Retrying)
}

/// A delivery as its run's sum needs it.
pub(super) struct Part {
    pub(super) run_id: String,
    pub(super) outcome: Outcome,
    pub(super) reason: Option<Reason>,
    pub(super) next_at: Option<i64>,
    pub(super) attempts: i64,
}

/// The sum that a run's row repeats for the list.
pub(super) struct Standing {
    pub(super) run_id: String,
    pub(super) outcome: Outcome,
    /// Of the first delivery that has the run's outcome.
    pub(super) reason: Option<Reason>,
    pub(super) attempts: i64,
    pub(super) next_at: Option<i64>,
    /// A try was recorded; without one, the two below stay as they are stored.
    pub(super) tried: bool,
    /// Of the try that was recorded last.
    pub(super) http_status: Option<i64>,
    pub(super) latency_ms: Option<i64>,
}

impl Standing {
    fn new(parts: &[Part], last: Option<&Attempt>) -> Self {
        let outcome = Outcome::of_run(parts.iter().map(|part| part.outcome));
        Self {
            run_id: parts[0].run_id.clone(),
            outcome,
            reason: parts.iter().find(|part| part.outcome == outcome).and_then(|part| part.reason),
            attempts: parts.iter().map(|part| part.attempts).max().unwrap_or_default(),
            next_at: parts.iter().filter_map(|part| planned(part.outcome, part.next_at)).min(),
            tried: last.is_some(),
            http_status: last.and_then(|attempt| match attempt.reply {
                Reply::Answered { status, .. } => Some(i64::from(status)),
                Reply::TimedOut | Reply::Unreachable { .. } => None,
            }),
            latency_ms: last.map(|attempt| attempt.latency_ms),
        }
    }
}
