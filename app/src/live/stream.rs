//! The browser's end of the event stream. It only reports; what a report means is decided by [`super::Live`].

use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use web_sys::{Event, EventSource, MessageEvent};

use crate::views::LiveRow;

const ADDRESS: &str = "/ui/live/stream";

/// What the stream reports.
#[derive(Debug)]
pub(super) enum Report {
    Opened,
    /// A row, and the id to resume from after it.
    Row(Box<LiveRow>, String),
    /// The server cannot resume from where we were: a new picture is needed.
    Resync,
    /// The connection broke.
    Lost,
}

/// An open stream. Dropping it closes the connection.
pub(super) struct Stream {
    source: EventSource,
    _handlers: [Closure<dyn Fn(Event)>; 4],
}

impl Stream {
    /// Opens the stream behind the event `after`. None when the browser refuses the address.
    pub(super) fn open(after: &str, report: impl Fn(Report) + Clone + 'static) -> Option<Self> {
        let after = js_sys::encode_uri_component(after);
        let source = EventSource::new(&format!("{ADDRESS}?after={after}")).ok()?;
        let on = |name: &str, read: fn(Event) -> Option<Report>| {
            let report = report.clone();
            let handler = Closure::new(move |event: Event| {
                if let Some(read) = read(event) {
                    report(read);
                }
            });
            _ = source.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
            handler
        };
        let handlers = [
            on("open", |_| Some(Report::Opened)),
            on("row", row),
            on("resync", |_| Some(Report::Resync)),
            on("error", |_| Some(Report::Lost)),
        ];
        Some(Self { source, _handlers: handlers })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// A row that cannot be read is from a newer server: a new picture asks that server's page to be loaded.
fn row(event: Event) -> Option<Report> {
    let message = event.dyn_into::<MessageEvent>().ok()?;
    let data = message.data().as_string()?;
    let row = serde_json::from_slice(data.as_bytes()).ok()?;
    Some(Report::Row(Box::new(row), message.last_event_id()))
}
