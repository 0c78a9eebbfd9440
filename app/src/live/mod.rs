//! The live list as it lives in the browser: what the server streams, kept short and in order.
//!
//! [`feed`], [`tally`] and [`connection`] are plain values with rules and know no browser. [`Live`] moves them
//! by what `stream` reports.

pub mod connection;
pub mod feed;
mod stream;
pub mod tally;

use std::time::Duration;

use leptos::prelude::*;
use leptos::reactive::send_wrapper_ext::SendOption;
use leptos::task::spawn_local;
use tag::outcome::Outcome;

use crate::api::account::load_frame;
use crate::api::live::load_live;
use crate::components::number::counted;
use crate::error::UiError;
use crate::views::{LivePage, LiveRow};
use connection::Connection;
use feed::Feed;
use stream::{Report, Stream};
use tally::Tally;

/// Rows that come within this time are drawn at once.
const FRAME: Duration = Duration::from_millis(50);

/// At most so often is anything said to a screen reader.
const SAID_EVERY: i64 = 5_000;

/// The live list of one page, and the stream that moves it.
#[derive(Clone, Copy)]
pub struct Live {
    pub feed: RwSignal<Feed>,
    pub tally: RwSignal<Tally>,
    pub connection: RwSignal<Connection>,
    /// Unix milliseconds by the server's clock, moving on every second.
    pub now: RwSignal<i64>,
    /// When the list last was known to be complete.
    pub as_of: RwSignal<i64>,
    /// For screen readers: what is new, said now and then.
    pub said: RwSignal<String>,
    filter: Option<Outcome>,
    /// The server's clock minus the browser's.
    ahead: StoredValue<i64>,
    resume_from: StoredValue<String>,
    inbox: StoredValue<Inbox>,
    /// Only ever there in the browser.
    stream: StoredValue<SendOption<Stream>>,
}

/// Rows that came and are not drawn yet, and what is to be said of those that were.
#[derive(Default)]
struct Inbox {
    rows: Vec<LiveRow>,
    due: bool,
    news: u64,
    failures: u64,
    said_at: i64,
}

impl Live {
    /// The first picture. On the server this is all there is.
    pub fn new(page: &LivePage, filter: Option<Outcome>) -> Self {
        Self {
            feed: RwSignal::new(Feed::new(page.rows.clone(), page.more, filter)),
            tally: RwSignal::new(Tally::new(page)),
            connection: RwSignal::new(Connection::Connecting),
            now: RwSignal::new(page.now),
            as_of: RwSignal::new(page.now),
            said: RwSignal::default(),
            filter,
            ahead: StoredValue::new(0),
            resume_from: StoredValue::new(page.stream_id.clone()),
            inbox: StoredValue::new(Inbox::default()),
            stream: StoredValue::new(SendOption::new_local(None)),
        }
    }

    /// Follows the server's stream until the page is left. Only in the browser.
    pub fn start(self) {
        self.ahead.set_value(self.now.get_untracked() - clock());
        let ticking = set_interval_with_handle(move || self.tick(), Duration::from_secs(1));
        let watching = window_event_listener_untyped("visibilitychange", move |_| self.rest_or_go_on());
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
            watching.remove();
        });
        self.rest_or_go_on();
    }

    /// Tries at once to mend a broken connection.
    pub fn connect(self) {
        if self.feed.is_disposed() {
            return;
        }
        let now = clock() + self.ahead.get_value();
        self.connection.update(|connection| *connection = connection.trying(now));
        let report = move |report| self.take(report);
        let stream = Stream::open(&self.resume_from.get_value(), report);
        if stream.is_none() {
            self.lost();
        }
        self.replace_stream(stream);
    }

    /// The stream before is closed by this.
    fn replace_stream(self, stream: Option<Stream>) {
        self.stream.update_value(|current| **current = stream);
    }

    /// A hidden tab needs no stream; when it is seen again, it goes on from where it was.
    fn rest_or_go_on(self) {
        if document().hidden() {
            self.replace_stream(None);
            self.connection.set(Connection::Resting);
        } else if self.stream.with_value(|stream| stream.is_none()) {
            self.connection.set(Connection::Connecting);
            self.connect();
        }
    }

    fn tick(self) {
        let now = clock() + self.ahead.get_value();
        self.now.set(now);
        self.tally.maybe_update(|tally| tally.advance(now));
        if self.connection.get_untracked().due(now) {
            self.connect();
        }
        let news = self.inbox.try_update_value(|inbox| inbox.announcement(now)).flatten();
        if let Some(news) = news {
            self.said.set(news);
        }
    }

    fn take(self, report: Report) {
        match report {
            Report::Opened => self.connection.set(Connection::Open),
            Report::Row(row, id) => {
                _ = self.resume_from.try_set_value(id);
                let first = self.inbox.try_update_value(|inbox| inbox.add(*row));
                if first == Some(true) {
                    set_timeout(move || self.draw(), FRAME);
                }
            }
            // Not from inside the stream's own handler, which these drop.
            Report::Resync => set_timeout(move || self.resync(), Duration::ZERO),
            Report::Lost => set_timeout(move || self.lost(), Duration::ZERO),
        }
    }

    fn draw(self) {
        let Some(rows) = self.inbox.try_update_value(Inbox::empty) else { return };
        let failures =
            rows.iter().filter(|row| matches!(row.outcome, Outcome::Refused | Outcome::GivenUp)).count();
        let mut news = 0;
        self.tally.update(|tally| news = rows.iter().filter(|row| tally.accept(row)).count());
        self.feed.update(|feed| rows.into_iter().for_each(|row| feed.accept(row)));
        self.inbox.update_value(|inbox| {
            inbox.news += news as u64;
            inbox.failures += failures as u64;
        });
    }

    /// The browser would try again by itself, but says neither when nor why it failed.
    fn lost(self) {
        if self.feed.is_disposed() {
            return;
        }
        self.replace_stream(None);
        let now = clock() + self.ahead.get_value();
        if self.connection.get_untracked() == Connection::Open {
            self.as_of.set(now);
        }
        self.connection.update(|connection| *connection = connection.lost(now));
        spawn_local(async move {
            if load_frame().await == Err(UiError::SignedOut) {
                _ = self.connection.try_set(Connection::SignedOut);
            }
        });
    }

    /// Fetches the first picture again and goes on from there.
    fn resync(self) {
        if self.feed.is_disposed() {
            return;
        }
        self.replace_stream(None);
        spawn_local(async move {
            let picture = load_live(self.filter, None).await;
            if self.feed.is_disposed() {
                return;
            }
            match picture {
                Ok(page) => {
                    self.inbox.update_value(|inbox| inbox.rows.clear());
                    self.resume_from.set_value(page.stream_id.clone());
                    self.tally.set(Tally::new(&page));
                    self.feed.update(|feed| feed.resync(page.rows, page.more));
                    self.rest_or_go_on();
                }
                Err(_) => self.lost(),
            }
        });
    }
}

impl Inbox {
    /// Whether it was empty, so that drawing is to be arranged.
    fn add(&mut self, row: LiveRow) -> bool {
        self.rows.push(row);
        !std::mem::replace(&mut self.due, true)
    }

    fn empty(&mut self) -> Vec<LiveRow> {
        self.due = false;
        std::mem::take(&mut self.rows)
    }

    /// A sentence about what came, when there is one and the last one is long enough ago.
    fn announcement(&mut self, now: i64) -> Option<String> {
        let quiet = self.news + self.failures == 0;
        if quiet || now - self.said_at < SAID_EVERY {
            return None;
        }
        let (news, failures) = (std::mem::take(&mut self.news), std::mem::take(&mut self.failures));
        self.said_at = now;
        let news = counted(news, "new event", "new events");
        Some(if failures == 0 { news } else { format!("{news}, {failures} failed") })
    }
}

/// The browser's clock, in Unix milliseconds.
fn clock() -> i64 {
    js_sys::Date::now() as i64
}
