//! One row of the list: a link to its details that covers the row, and cells that change in place.

use std::sync::Arc;

use leptos::prelude::*;
use tag::outcome::Outcome;

use super::Page;
use super::text::line;
use super::words;
use crate::components::chip::{chip, tag_chip};
use crate::components::path::event_path;
use crate::components::status::{State, status_in_list};
use crate::components::time::{Time, TimeStyle};
use crate::views::LiveRow;

/// The element id of a row's link.
pub(super) fn element_id(id: &str) -> String {
    format!("row-{id}")
}

/// The row whose link has this element id.
pub(super) fn row_of(element_id: &str) -> Option<String> {
    element_id.strip_prefix("row-").map(str::to_owned)
}

pub(super) fn row(page: Page, first: Arc<LiveRow>) -> AnyView {
    let id = first.id.clone();
    let fresh = page.ready.get_untracked();
    let open = {
        let (id, is_open) = (id.clone(), page.is_open.get_value());
        Memo::new(move |_| is_open.selected(&Some(id.clone())))
    };
    let in_tab_order = {
        let (id, is_entry) = (id.clone(), page.is_entry.get_value());
        move || (page.ready.get() && !is_entry.selected(&Some(id.clone()))).then_some("-1")
    };
    let href = {
        let id = id.clone();
        move || page.address.read().at(&id).href()
    };
    let element = element_id(&id);
    let state = Memo::new(move |last: Option<&Arc<LiveRow>>| {
        let feed = page.live.feed.read();
        Arc::clone(feed.get(&id).or(last).unwrap_or(&first))
    });
    view! {
        <tr role="row" class:fresh=fresh class:open=open>
            <td role="cell" class="result">
                {move || result(&state.read())}
            </td>
            <td role="cell" class="event">
                <a id=element href=href aria-current=move || open.get().then_some("true") tabindex=in_tab_order>
                    {move || {
                        let row = state.read();
                        event_path(&line(&row.event_in), row.event_out.as_deref().map(line).as_deref())
                    }}
                </a>
                {move || explained(&state.read())}
            </td>
            <td role="cell" class="source">
                {move || view! { <span class="cut">{line(&state.read().source).into_owned()}</span> }}
            </td>
            <td role="cell" class="value num">
                {move || value(&state.read())}
            </td>
            <td role="cell" class="http num">
                {move || answer(&state.read())}
            </td>
        </tr>
    }
    .into_any()
}

fn result(row: &LiveRow) -> AnyView {
    view! {
        {status_in_list(row.outcome.into(), words::status(row))}
        <Time at=row.at style=TimeStyle::Milli />
    }
    .into_any()
}

/// The second line: which tag, and why it ended like this.
fn explained(row: &LiveRow) -> AnyView {
    let next = row.next_at.filter(|_| row.outcome == Outcome::Retrying).map(|at| {
        view! { "Try " {row.attempts + 1} " at " <Time at=at style=TimeStyle::Second /> }.into_any()
    });
    let tag = row.tag.as_ref().map(|tag| line(&tag.name).into_owned().into_any());
    let reason = words::reason(row).map(IntoAny::into_any);
    let said = [tag, next, reason].into_iter().flatten().enumerate();
    let said = said.map(|(index, part)| view! { {(index > 0).then_some(" · ")} {part} });
    view! {
        <span class="why">
            {row.version.map(|version| tag_chip(version, false))} {row.test.then(|| chip("test"))}
            <span class="cut">{said.collect_view()}</span>
        </span>
    }
    .into_any()
}

/// What it is worth, as sent.
pub(super) fn value(row: &LiveRow) -> AnyView {
    match &row.value {
        None => none(),
        Some(value) => {
            let currency = row.currency.as_deref().map(|currency| line(currency).into_owned());
            view! {
                <bdi class="cut">{words::amount(&line(value))}</bdi>
                {currency.map(|currency| view! { " " <small class="quiet">{currency}</small> })}
            }
            .into_any()
        }
    }
}

/// Amazon's HTTP status and how long the answer took.
fn answer(row: &LiveRow) -> AnyView {
    let status = match (row.http_status, row.outcome) {
        (None, _) => none(),
        (Some(status), Outcome::Delivered) => status.into_any(),
        (Some(status), outcome) => {
            let class = format!("code {}", State::from(outcome).class());
            view! { <b class=class>{status}</b> }.into_any()
        }
    };
    view! {
        {status}
        <span class="latency">{row.latency_ms.map(words::latency)}</span>
    }
    .into_any()
}

/// Not known, or there is none.
fn none() -> AnyView {
    view! { <span class="faint">"–"</span> }.into_any()
}
