//! Group commit: one task stores all that waits in one transaction, so that a flush of the disk serves many
//! callers. It never acknowledges what is not committed.

use std::sync::Arc;

use app::views::LiveRow;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::accept::Prepared;
use crate::debug::Hub;
use crate::store::Store;
use crate::store::rows::{Accepted, AcceptedEvent};
use crate::telemetry::metrics;

/// Events in one transaction. More would make callers wait longer than the flush saves.
const BATCH: usize = 512;

/// The way to the writer's queue.
#[derive(Clone, Debug)]
pub struct Writer {
    jobs: mpsc::UnboundedSender<Job>,
    /// One permit an event that may wait.
    room: Arc<Semaphore>,
    capacity: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    #[error("the queue is full")]
    Full,
    #[error("the events were not stored")]
    Failed,
}

/// One request's events.
#[derive(Debug)]
struct Job {
    events: Vec<AcceptedEvent>,
    /// For each event.
    rows: Vec<Vec<LiveRow>>,
    answer: oneshot::Sender<Result<Vec<Accepted>, WriteError>>,
    _room: OwnedSemaphorePermit,
}

impl Writer {
    /// A writer and the task to spawn for it. `capacity`: events that may wait. `wake` tells the delivery
    /// worker of new work.
    pub fn new(
        store: Arc<dyn Store>,
        hub: Arc<Hub>,
        wake: Arc<Notify>,
        capacity: usize,
    ) -> (Self, WriterTask) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let room = Arc::new(Semaphore::new(capacity));
        let task = WriterTask { jobs: receiver, room: Arc::clone(&room), capacity, store, hub, wake };
        (Self { jobs: sender, room, capacity }, task)
    }

    /// Events that wait for the disk.
    pub fn waiting(&self) -> usize {
        self.capacity - self.room.available_permits()
    }

    /// Stores one request's events, all or none. Returns when they are on disk; one answer per event, in order.
    pub(super) async fn store(&self, prepared: Vec<Prepared>) -> Result<Vec<Accepted>, WriteError> {
        // A request larger than the whole queue still gets its turn, alone.
        let size = u32::try_from(prepared.len().min(self.capacity)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).try_acquire_many_owned(size).map_err(|_| WriteError::Full)?;
        metrics::writer_queue(self.waiting());
        let (answer, answered) = oneshot::channel();
        let (events, rows) = prepared.into_iter().map(|prepared| (prepared.event, prepared.rows)).unzip();
        self.jobs.send(Job { events, rows, answer, _room: room }).map_err(|_| WriteError::Failed)?;
        answered.await.unwrap_or(Err(WriteError::Failed))
    }
}

/// The one task that writes.
pub struct WriterTask {
    jobs: mpsc::UnboundedReceiver<Job>,
    room: Arc<Semaphore>,
    capacity: usize,
    store: Arc<dyn Store>,
    hub: Arc<Hub>,
    wake: Arc<Notify>,
}

impl WriterTask {
    /// Writes until `stop`, then what still waits; later requests fail.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            tokio::select! {
                job = self.jobs.recv() => match job {
                    Some(job) => self.write(job).await,
                    None => return,
                },
                () = stop.cancelled(), if !self.jobs.is_closed() => self.jobs.close(),
            }
        }
    }

    async fn write(&mut self, first: Job) {
        let hub = Arc::clone(&self.hub);
        let mut events = vec![];
        let mut callers = vec![];
        let mut next = Some(first);
        while let Some(mut job) = next {
            callers.push((job.events.len(), job.rows, job.answer, job._room));
            events.append(&mut job.events);
            next = if events.len() < BATCH { self.jobs.try_recv().ok() } else { None };
        }
        metrics::writer_batch(events.len());
        let turn = hub.turn().await;
        let stored = self.store.accept(&events).await;
        if let Err(error) = &stored {
            tracing::error!(
                error = error as &dyn std::error::Error,
                events = events.len(),
                "cannot store events"
            );
        }
        let mut answers = stored.map_err(|_| WriteError::Failed).map(Vec::into_iter);
        for (size, rows, answer, _room) in callers {
            let own = answers.as_mut().map(|answers| answers.take(size).collect::<Vec<_>>());
            if let Ok(own) = &own {
                self.publish(own, rows);
            }
            // The caller may have hung up; its events are stored all the same.
            let _ = answer.send(own.map_err(|error| *error));
        }
        drop(turn);
        self.wake.notify_one();
        metrics::writer_queue(self.capacity - self.room.available_permits());
    }

    /// Within the turn, so that a row is not shown as pending after it was shown as delivered.
    fn publish(&self, answers: &[Accepted], rows: Vec<Vec<LiveRow>>) {
        let stored = rows.into_iter().zip(answers).filter(|(_, answer)| **answer == Accepted::Stored);
        for row in stored.flat_map(|(rows, _)| rows) {
            self.hub.publish(row);
        }
    }
}
