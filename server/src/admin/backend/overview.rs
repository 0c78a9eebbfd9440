//! What frames each page, and the overview.

use app::guard::Viewer;
use app::views::{Bar, Frame, Loss, Overview, TagLink};
use tag::outcome::Outcome;

use super::{DAY_MS, MINUTE_MS, Result, ServerBackend, broken, sources, unsigned};
use crate::debug::view;
use crate::store::rows::RunFilter;

pub(super) async fn frame(backend: &ServerBackend, viewer: &Viewer, public_url: &str) -> Result<Frame> {
    let now = backend.clock.now_ms();
    let bars = backend.lately().await?;
    Ok(Frame {
        person: viewer.person().clone(),
        public_url: public_url.to_owned(),
        published_tags: backend.published_tags(),
        events_last_minute: count(&bars, |bar| bar.at > now - 2 * MINUTE_MS),
        failed_lately: count(&bars, |bar| matches!(bar.outcome, Outcome::Refused | Outcome::GivenUp)),
        mock_amazon: backend.mock_amazon,
    })
}

fn count(bars: &[Bar], which: impl Fn(&Bar) -> bool) -> u64 {
    bars.iter().filter(|bar| which(bar)).map(|bar| bar.count).sum()
}

pub(super) async fn overview(backend: &ServerBackend, viewer: &Viewer) -> Result<Overview> {
    let now = backend.clock.now_ms();
    let newest = |outcome| RunFilter { outcome, limit: 1, ..RunFilter::default() };
    let sources = backend.store.sources().await.map_err(broken)?;
    let tags = backend.store.tags().await.map_err(broken)?;
    let last = backend.store.runs(&newest(None)).await.map_err(broken)?;
    let delivered = backend.store.runs(&newest(Some(Outcome::Delivered))).await.map_err(broken)?;
    let losses = backend.store.losses(now - DAY_MS).await.map_err(broken)?;
    Ok(Overview {
        administrator: viewer.person().name.clone(),
        first_source: sources.into_iter().next().map(sources::choice),
        first_tag: tags.first().map(|tag| TagLink { id: tag.id.clone(), name: tag.name.clone() }),
        published: tags.iter().any(|tag| tag.live.is_some()),
        last_event: last.into_iter().next().map(view::row),
        last_delivered: delivered.into_iter().next().map(view::row),
        now,
        histogram: backend.lately().await?,
        losses: losses
            .into_iter()
            .map(|loss| Loss { outcome: loss.outcome, reason: loss.reason, count: unsigned(loss.count) })
            .collect(),
    })
}
