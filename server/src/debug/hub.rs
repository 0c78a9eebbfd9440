//! The last rows in memory, and the watchers that read along.
//!
//! Each watcher has only a place in the ring, so a slow or stalled one costs nothing and holds nobody up:
//! when the ring has moved past its place, it is told to read the store again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use app::views::LiveRow;
use bytes::Bytes;
use tokio::sync::watch;

pub struct Hub {
    boot: String,
    capacity: usize,
    ring: Mutex<Ring>,
    /// Wakes watchers; the value is the ring's `next`.
    grown: watch::Sender<u64>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Ring {
    /// Oldest first; their numbers end just below `next`.
    entries: VecDeque<Arc<Entry>>,
    next: u64,
}

impl Ring {
    fn first(&self) -> u64 {
        self.next - self.entries.len() as u64
    }
}

/// A row with its place in the stream.
#[derive(Debug)]
pub struct Entry {
    pub id: String,
    pub row: LiveRow,
    frame: OnceLock<Bytes>,
}

impl Entry {
    /// The row as an event of the stream; written once, whoever watches.
    pub(super) fn frame(&self) -> Bytes {
        let write = || {
            // A row is strings and numbers: writing it cannot fail, and an empty event would harm nobody.
            let json = serde_json::to_string(&self.row).unwrap_or_default();
            format!("id: {}\nevent: row\ndata: {json}\n\n", self.id).into()
        };
        self.frame.get_or_init(write).clone()
    }
}

impl Hub {
    /// `boot` tells this process's ids from those of an earlier one. The last `capacity` rows are kept.
    pub fn new(boot: String, capacity: usize) -> Arc<Self> {
        Arc::new(Self {
            boot,
            capacity,
            ring: Mutex::default(),
            grown: watch::Sender::new(0),
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// Rows are published under it. Whoever stores new runs holds it from before the commit, so that nobody's
    /// news of such a run can come before the run itself.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    pub fn publish(&self, row: LiveRow) {
        let mut ring = self.ring();
        let id = self.id(ring.next);
        ring.entries.push_back(Arc::new(Entry { id, row, frame: OnceLock::new() }));
        ring.next += 1;
        if ring.entries.len() > self.capacity {
            ring.entries.pop_front();
        }
        self.grown.send_replace(ring.next);
    }

    /// The place after all that was published so far. Take it before reading the store: what is published
    /// in between then comes twice rather than never.
    pub fn newest(&self) -> String {
        let next = self.ring().next;
        self.place_before(next)
    }

    /// The id of the row before number `next`; before the first row it is an id without a number.
    fn place_before(&self, next: u64) -> String {
        next.checked_sub(1).map_or_else(|| format!("{}-", self.boot), |last| self.id(last))
    }

    /// Follows what is published after the place `after`; without one, from now on.
    pub fn subscribe(self: &Arc<Self>, after: Option<&str>) -> Watcher {
        let grown = self.grown.subscribe();
        let next = self.ring().next;
        let place = match after {
            None => Some(next),
            Some(after) => self.place_after(after).filter(|place| *place <= next),
        };
        Watcher { hub: Arc::clone(self), place, grown }
    }

    fn place_after(&self, id: &str) -> Option<u64> {
        let number = id.strip_prefix(&self.boot)?.strip_prefix('-')?;
        if number.is_empty() { Some(0) } else { number.parse::<u64>().ok()?.checked_add(1) }
    }

    fn id(&self, number: u64) -> String {
        format!("{}-{number}", self.boot)
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who watches.
pub struct Watcher {
    hub: Arc<Hub>,
    /// The number of the next row to see; `None` when the place is lost.
    place: Option<u64>,
    grown: watch::Receiver<u64>,
}

/// What a watcher hears next.
#[derive(Debug)]
pub enum Heard {
    /// In order, without gap or double.
    Rows(Vec<Arc<Entry>>),
    /// Rows were missed: read the store again; the stream goes on from this place.
    Resync { id: String },
}

/// So many rows at most go out at once.
const BATCH: usize = 256;

impl Watcher {
    /// Waits until there is something. Safe to drop while it waits.
    pub async fn next(&mut self) -> Heard {
        loop {
            self.grown.borrow_and_update();
            if let Some(heard) = self.hear() {
                return heard;
            }
            // The hub, and with it the sender, lives as long as this watcher.
            let _ = self.grown.changed().await;
        }
    }

    fn hear(&mut self) -> Option<Heard> {
        let ring = self.hub.ring();
        let first = ring.first();
        let Some(place) = self.place.filter(|place| *place >= first) else {
            self.place = Some(ring.next);
            return Some(Heard::Resync { id: self.hub.place_before(ring.next) });
        };
        let seen = usize::try_from(place - first).unwrap_or(usize::MAX);
        let rows: Vec<_> = ring.entries.iter().skip(seen).take(BATCH).cloned().collect();
        self.place = Some(place + rows.len() as u64);
        if rows.is_empty() { None } else { Some(Heard::Rows(rows)) }
    }
}
