//! The live list as server-sent events: `row` with a row, `resync` when rows were missed.

use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use futures::{FutureExt, stream};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::hub::{Heard, Hub, Watcher};
use crate::clock::Clock;

/// A comment this often keeps proxies from closing a quiet stream.
pub const KEEP_ALIVE_MS: i64 = 15_000;

/// Answers with the rows published after the place `after` (`Last-Event-ID`), until `until` resolves.
pub fn stream(
    hub: &Arc<Hub>,
    clock: Arc<dyn Clock>,
    after: Option<&str>,
    until: impl Future<Output = ()> + Send + 'static,
) -> Response {
    let quiet = clock.sleep(KEEP_ALIVE_MS);
    let state = Live { watcher: hub.subscribe(after), clock, quiet, until: until.boxed() };
    // The first bytes go out at once, so that the browser knows that the stream stands.
    let hello = stream::once(async { Some(Bytes::from_static(b"retry: 1000\n: sidetag\n\n")) });
    let rows = stream::unfold(state, |mut state| async {
        let chunk = state.next().await?;
        Some((Some(chunk), state))
    });
    let chunks = futures::StreamExt::chain(hello, rows);
    let body = Body::from_stream(futures::StreamExt::map(chunks, |chunk| {
        Ok::<_, std::convert::Infallible>(chunk.unwrap_or_default())
    }));
    // nginx holds answers back unless told otherwise.
    let headers = [
        (CONTENT_TYPE.as_str(), "text/event-stream"),
        (CACHE_CONTROL.as_str(), "no-store"),
        ("x-accel-buffering", "no"),
    ];
    (headers, body).into_response()
}

struct Live {
    watcher: Watcher,
    clock: Arc<dyn Clock>,
    quiet: BoxFuture<'static, ()>,
    until: BoxFuture<'static, ()>,
}

impl Live {
    async fn next(&mut self) -> Option<Bytes> {
        let chunk = tokio::select! {
            biased;
            () = &mut self.until => return None,
            heard = self.watcher.next() => frames(heard),
            () = &mut self.quiet => Bytes::from_static(b": still here\n\n"),
        };
        self.quiet = self.clock.sleep(KEEP_ALIVE_MS);
        Some(chunk)
    }
}

fn frames(heard: Heard) -> Bytes {
    match heard {
        Heard::Resync { id } => format!("id: {id}\nevent: resync\ndata: {{}}\n\n").into(),
        Heard::Rows(rows) => {
            let mut all = BytesMut::new();
            for row in rows {
                all.extend_from_slice(&row.frame());
            }
            all.freeze()
        }
    }
}
