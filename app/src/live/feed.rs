//! The rows of the live list, and the rules that keep them in order, few, and still while somebody reads.
//!
//! New rows enter the list only while it follows. While it is held (scrolled, or a row is open) or paused
//! they wait, and nothing that is on the screen moves. No browser here: rows in, rows out.

use std::collections::BTreeMap;
use std::mem::take;
use std::sync::Arc;

use tag::outcome::Outcome;

use crate::views::LiveRow;

/// At most so many rows are shown, and at most so many wait.
pub const BOUND: usize = 500;

#[derive(Clone, Debug, Default)]
pub struct Feed {
    filter: Option<Outcome>,
    /// Newest first. Ids sort by time.
    shown: Vec<Arc<LiveRow>>,
    /// There are older rows than the last one shown.
    more: bool,
    /// New rows that wait, by id.
    arrived: BTreeMap<String, Arc<LiveRow>>,
    /// New states of rows that are shown, held back, by id.
    updates: BTreeMap<String, Arc<LiveRow>>,
    /// How many of `arrived` were dropped, the oldest first, because they were too many.
    dropped: usize,
    /// What waits is a whole picture, to be shown instead of the list.
    picture: Option<Picture>,
    held: bool,
    paused: bool,
}

/// What is known of a picture that waits.
#[derive(Clone, Debug)]
struct Picture {
    /// Its oldest row.
    end: String,
    /// Between the list's newest row and `end` there may be rows that neither holds.
    gap: bool,
}

/// How the list behaves when a row arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// New rows go on top.
    Following,
    /// New rows wait; rows on the screen change in place.
    Reading,
    /// Nothing changes on the screen.
    Paused,
}

/// New rows that wait to be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub count: usize,
    /// Of `count`, how many are too many for the list and will lie below its end.
    pub below: usize,
    /// There may be more than `count`: the connection was lost in between.
    pub at_least: bool,
}

impl Feed {
    /// The first picture: `rows` newest first; `more` when the server has older ones.
    pub fn new(rows: Vec<LiveRow>, more: bool, filter: Option<Outcome>) -> Self {
        let mut feed = Self { filter, more, ..Self::default() };
        feed.shown = rows.into_iter().map(Arc::new).collect();
        feed.sort_and_cut();
        feed
    }

    /// Takes a row from the stream: a new one, or the new state of a known one.
    pub fn accept(&mut self, row: LiveRow) {
        match self.place(&row.id) {
            Ok(at) => self.update(at, Arc::new(row)),
            Err(_) if self.filter.is_some_and(|outcome| outcome != row.outcome) => {
                self.arrived.remove(&row.id);
            }
            Err(_) if self.is_too_old(&row.id) => {}
            // An empty list has nothing that could be moved.
            Err(at) if self.mode() == Mode::Following || (!self.paused && self.shown.is_empty()) => {
                self.shown.insert(at, Arc::new(row));
                self.cut();
            }
            Err(_) => self.keep(row),
        }
    }

    /// Takes a whole new picture, because the stream could not be resumed. While following it replaces the
    /// list; otherwise it waits like any new row.
    pub fn resync(&mut self, rows: Vec<LiveRow>, more: bool) {
        let end = rows.last().map(|row| row.id.clone()).unwrap_or_default();
        let newest = self.arrived.keys().next_back().or(self.shown.first().map(|row| &row.id));
        let unseen = more && newest.is_some_and(|newest| end > *newest);
        let gap = unseen || self.picture.as_ref().is_some_and(|picture| picture.gap);

        (self.more, self.picture) = (more, Some(Picture { end, gap }));
        self.forget_waiting();
        for row in rows {
            match self.place(&row.id) {
                Ok(at) => {
                    self.updates.insert(row.id.clone(), Arc::new(row.clone()));
                    self.update(at, Arc::new(row));
                }
                Err(_) => self.keep(row),
            }
        }
        self.show_if_following();
    }

    /// Puts what waits into the list.
    pub fn show_waiting(&mut self) {
        let updates = take(&mut self.updates);
        match self.picture.take() {
            Some(picture) => {
                self.shown = updates.into_values().filter(|row| row.id >= picture.end).collect();
            }
            None => {
                for (id, row) in updates {
                    if let Ok(at) = self.place(&id) {
                        self.shown[at] = row;
                    }
                }
            }
        }
        self.shown.extend(take(&mut self.arrived).into_values());
        self.more |= take(&mut self.dropped) > 0;
        self.sort_and_cut();
    }

    /// Holds the list still because somebody reads it, or lets it go on.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
        self.show_if_following();
    }

    /// Freezes the list, or shows what has come since and goes on.
    pub fn pause(&mut self, paused: bool) {
        if self.paused && !paused {
            self.show_waiting();
        }
        self.paused = paused;
    }

    /// Shows everything and follows from here.
    pub fn follow(&mut self) {
        (self.held, self.paused) = (false, false);
        self.show_waiting();
    }

    pub fn mode(&self) -> Mode {
        match (self.paused, self.held) {
            (true, _) => Mode::Paused,
            (false, true) => Mode::Reading,
            (false, false) => Mode::Following,
        }
    }

    /// What is on the screen, newest first.
    pub fn rows(&self) -> &[Arc<LiveRow>] {
        &self.shown
    }

    /// Whether the server has rows older than the last one shown.
    pub fn more(&self) -> bool {
        self.more
    }

    pub fn waiting(&self) -> Waiting {
        Waiting {
            count: self.arrived.len() + self.dropped,
            below: self.dropped,
            at_least: self.picture.as_ref().is_some_and(|picture| picture.gap),
        }
    }

    /// The row as it stands on the screen.
    pub fn get(&self, id: &str) -> Option<&Arc<LiveRow>> {
        self.place(id).ok().map(|at| &self.shown[at])
    }

    /// The newest state known of the row, whether it is on the screen or waits.
    pub fn latest(&self, id: &str) -> Option<&Arc<LiveRow>> {
        self.updates.get(id).or_else(|| self.arrived.get(id)).or_else(|| self.get(id))
    }

    /// The row so many below `id`, above it when negative; the first row when `id` is not in the list.
    pub fn neighbour(&self, id: Option<&str>, by: isize) -> Option<&Arc<LiveRow>> {
        match id.map(|id| self.place(id)) {
            Some(Ok(at)) => at.checked_add_signed(by).and_then(|at| self.shown.get(at)),
            _ => self.shown.first(),
        }
    }

    /// Where the row is, or where it would have to go.
    fn place(&self, id: &str) -> Result<usize, usize> {
        self.shown.binary_search_by(|row| id.cmp(&row.id))
    }

    /// A new state of the row at `at`. A picture that waits needs it as well as the screen.
    fn update(&mut self, at: usize, row: Arc<LiveRow>) {
        let paused = self.mode() == Mode::Paused;
        if paused || self.updates.contains_key(&row.id) {
            self.updates.insert(row.id.clone(), Arc::clone(&row));
        }
        if !paused {
            self.shown[at] = row;
        }
    }

    fn keep(&mut self, row: LiveRow) {
        self.arrived.insert(row.id.clone(), Arc::new(row));
        if self.arrived.len() > BOUND {
            self.arrived.pop_first();
            self.dropped += 1;
        }
    }

    /// Whether rows that only the server has lie between this unknown row and those kept here.
    fn is_too_old(&self, id: &str) -> bool {
        if self.dropped > 0 {
            return self.arrived.keys().next().is_some_and(|oldest| id < oldest.as_str());
        }
        let end = match &self.picture {
            Some(picture) => Some(picture.end.as_str()),
            None => self.shown.last().map(|row| row.id.as_str()),
        };
        self.more && end.is_some_and(|end| id < end)
    }

    fn show_if_following(&mut self) {
        if self.mode() == Mode::Following {
            self.show_waiting();
        }
    }

    fn forget_waiting(&mut self) {
        self.arrived.clear();
        self.updates.clear();
        self.dropped = 0;
    }

    fn sort_and_cut(&mut self) {
        self.shown.sort_unstable_by(|a, b| b.id.cmp(&a.id));
        self.shown.dedup_by(|a, b| a.id == b.id);
        self.cut();
    }

    fn cut(&mut self) {
        if self.shown.len() > BOUND {
            self.shown.truncate(BOUND);
            self.more = true;
        }
    }
}

#[cfg(test)]
mod tests;
