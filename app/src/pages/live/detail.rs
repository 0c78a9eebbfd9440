//! Everything about one row: what it was, how it ended, and its parts as tabs.

use leptos::prelude::*;

use super::address::Tab;
use super::row::value;
use super::text::line;
use super::{Page, attempts, data, incoming, outgoing, tabs, why, words};
use crate::components::chip::{chip, tag_chip};
use crate::components::code::CodeBlock;
use crate::components::icon::{Icon, icon, small_icon};
use crate::components::loaded::later;
use crate::components::path::event_path;
use crate::components::skeleton::skeleton;
use crate::components::status::mark;
use crate::components::time::{Time, TimeStyle};
use crate::error::UiError;
use crate::views::{LiveRow, RunView};

/// Longer JSON is cut on the screen; it is copied whole.
const JSON_SHOWN: usize = 64_000;

pub(super) fn detail(page: Page) -> AnyView {
    let drawn = later(waiting, move || {
        Box::pin(async move {
            match page.run.await {
                None => ().into_any(),
                Some(Ok(run)) => whole(page, run),
                Some(Err(error)) => not_loaded(page, &error),
            }
        })
    });
    view! {
        <section class="live-detail" aria-label="Event">
            {drawn}
        </section>
    }
    .into_any()
}

fn whole(page: Page, run: RunView) -> AnyView {
    let requests = run.requests.len();
    let tries = run.requests.iter().map(|request| request.attempts.len()).sum::<usize>();
    let tab = Memo::new(move |_| page.address.read().tab);
    let head = head(page, &run.row);
    let run = StoredValue::new(run);
    let part = move || {
        let tab = tab.get();
        run.with_value(|run| match tab {
            Tab::Why => why::timeline(run),
            Tab::Outgoing => outgoing::requests(run),
            Tab::Incoming => incoming::request(&run.incoming),
            Tab::Data => data::tree(&run.data),
            Tab::Response => attempts::attempts(run),
            Tab::Json => json(run),
        })
    };
    view! {
        {head}
        {tabs::tabs(page, tab, move |tab| match tab {
            Tab::Outgoing => requests,
            Tab::Response => tries,
            _ => 0,
        })}
        <div class="live-part" id=tabs::PANEL role="tabpanel" aria-labelledby=move || tabs::element_id(tab.get())>
            {part}
        </div>
    }
    .into_any()
}

fn head(page: Page, row: &LiveRow) -> AnyView {
    let tag = row.tag.as_ref().map(|tag| {
        view! {
            <li>
                {small_icon(Icon::Tag)} <a class="cut" href=format!("/tags/{}", tag.id)>{line(&tag.name).into_owned()}</a>
                {row.version.map(|version| tag_chip(version, false))}
            </li>
        }
    });
    view! {
        <header class="live-detail-head">
            <div class="live-headline">
                <a class="button ghost square small live-back" href=closed(page) aria-label="Back to the list">
                    {icon(Icon::Left)}
                </a>
                {mark(row.outcome.into())}
                <h2 tabindex="-1" id="live-headline">{words::headline(row)}</h2>
                {moves(page)}
            </div>
            <p class="live-path">
                {event_path(&line(&row.event_in), row.event_out.as_deref().map(line).as_deref())}
                <span class="live-value">{row.value.is_some().then(|| value(row))}</span>
            </p>
            <ul class="live-facts">
                <li>{small_icon(Icon::Clock)} <Time at=row.at style=TimeStyle::Milli /></li>
                <li>{small_icon(Icon::Source)} <span class="cut">{line(&row.source).into_owned()}</span></li>
                {tag}
                {row.test.then(|| view! { <li>{chip("test event")}</li> })}
            </ul>
        </header>
    }
    .into_any()
}

fn closed(page: Page) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    move || page.address.read().closed().href()
}

/// Previous, next, close.
fn moves(page: Page) -> AnyView {
    let step = move |by: isize, name: &'static str, drawn: Icon| {
        let to = Memo::new(move |_| {
            let address = page.address.read();
            let feed = page.live.feed.read();
            let open = address.id.as_deref().filter(|id| feed.get(id).is_some())?;
            feed.neighbour(Some(open), by).map(|row| address.at(&row.id).href())
        });
        view! {
            <a
                class="button ghost square small"
                href=move || to.get()
                role=move || to.read().is_none().then_some("link")
                aria-disabled=move || to.read().is_none().then_some("true")
                aria-label=name
                title=name
            >
                {icon(drawn)}
            </a>
        }
    };
    view! {
        <div class="live-moves">
            {step(-1, "Newer event", Icon::Up)} {step(1, "Older event", Icon::Down)}
            <a class="button ghost square small live-close" href=closed(page) aria-label="Close" title="Close">
                {icon(Icon::Close)}
            </a>
        </div>
    }
    .into_any()
}

fn json(run: &RunView) -> AnyView {
    let whole = serde_json::to_string_pretty(run).unwrap_or_default();
    let note = super::text::cut_at(&whole, JSON_SHOWN).map(|(at, _)| {
        let words =
            format!("{}, of which {} are shown. Copy takes all.", words::size(whole.len()), words::size(at));
        (at, words)
    });
    let shown = super::text::block(note.as_ref().map_or(&*whole, |(at, _)| &whole[..*at])).into_owned();
    view! {
        {note.map(|(_, words)| view! { <p class="quiet live-note">{words}</p> })}
        <CodeBlock label="All that is known of this event" shown=shown copied=whole />
    }
    .into_any()
}

fn not_loaded(page: Page, error: &UiError) -> AnyView {
    let (title, text) = match error {
        UiError::NotFound => (
            "This event is no longer kept",
            "It is older than the events kept here, or the address has a slip.".to_owned(),
        ),
        UiError::SignedOut | UiError::Forbidden => ("This event cannot be shown", error.to_string()),
        _ => (
            "This event could not be loaded",
            format!("{error} The event itself is safe: it was stored before it was shown."),
        ),
    };
    let again = (!matches!(error, UiError::NotFound | UiError::Forbidden)).then(|| {
        let here = move || page.address.read().href();
        view! {
            <a class="button primary" href=here rel="external">
                {icon(Icon::Replay)}
                "Try again"
            </a>
        }
    });
    view! {
        <div class="empty" role="alert">
            <span class="disc bad">{icon(Icon::Warn)}</span>
            <h2>{title}</h2>
            <p>{text}</p>
            <div class="actions">
                {again}
                <a class="button" href=closed(page)>
                    "Back to the list"
                </a>
            </div>
        </div>
    }
    .into_any()
}

fn waiting() -> AnyView {
    skeleton("live-detail-head", &["title", "mid", "short", "row", "row", "row"])
}
