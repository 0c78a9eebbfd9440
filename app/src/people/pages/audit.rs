//! The audit log: who did what, when, and from where.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::settings;
use crate::components::icon::{Icon, icon};
use crate::components::time::{Time, TimeStyle};
use crate::error::UiError;
use crate::guard;
use crate::people::act::{Act, Area};
use crate::people::views::{Trace, TraceFilter, TracesPage};

#[component]
pub fn AuditPage() -> AnyView {
    settings("Audit log", "Who did what, when, and from where. Nothing in it is ever changed.", content)
}

async fn content() -> Result<AnyView, UiError> {
    let (caller, admin) = guard::admin()?;
    let asked = |name: &str| use_query_map().with_untracked(|query| query.get(name)).unwrap_or_default();
    let (person, area, since, until) = (asked("person"), asked("area"), asked("since"), asked("until"));
    let filter = TraceFilter::asked(&person, &area, &since, &until, &asked("before"));
    let page = caller.backend.traces(&admin, &filter).await?;
    let query = written(&[("person", &person), ("area", &area), ("since", &since), ("until", &until)]);
    Ok(view! {
        {filters(&page, &person, &area, since, until)}
        {downloads(&query)}
        {list(page, &query)}
    }
    .into_any())
}

fn filters(page: &TracesPage, person: &str, area: &str, since: String, until: String) -> AnyView {
    let people = page.people.iter().map(|(id, name)| {
        view! { <option value=id.clone() selected=id == person>{name.clone()}</option> }
    });
    let areas = Area::ALL.map(|known| {
        view! { <option value=known.name() selected=known.name() == area>{known.label()}</option> }
    });
    view! {
        <form method="get" action="/settings/audit" class="filters">
            <label>
                "Person"
                <select class="input" name="person">
                    <option value="">"Everybody"</option>
                    {people.collect_view()}
                </select>
            </label>
            <label>
                "Kind"
                <select class="input" name="area">
                    <option value="">"Everything"</option>
                    {areas.collect_view()}
                </select>
            </label>
            <label>
                "From"
                <input class="input" type="date" name="since" value=since />
            </label>
            <label>
                "To"
                <input class="input" type="date" name="until" value=until />
            </label>
            <button type="submit" class="button">
                {icon(Icon::Filter)}
                "Show"
            </button>
        </form>
    }
    .into_any()
}

fn downloads(query: &str) -> AnyView {
    view! {
        <p class="quiet downloads">
            "Days and times are UTC. All that is shown here, as a file: "
            <a href=format!("/settings/audit.csv?{query}") download>
                "CSV"
            </a> ", "
            <a href=format!("/settings/audit.ndjson?{query}") download>
                "JSON, one a line"
            </a>
        </p>
    }
    .into_any()
}

fn list(page: TracesPage, query: &str) -> AnyView {
    if page.traces.is_empty() {
        return view! { <p class="quiet">"Nothing matches. Choose a longer time, or everybody."</p> }
            .into_any();
    }
    let older = page.traces.last().filter(|_| page.more).map(|oldest| {
        let href = format!("/settings/audit?{query}&before={}", oldest.id);
        view! {
            <a class="button" href=href>
                "Older"
            </a>
        }
    });
    view! {
        <ol class="card rows">{page.traces.into_iter().map(row).collect_view()}</ol>
        {older}
    }
    .into_any()
}

fn row(trace: Trace) -> AnyView {
    let words = Act::named(&trace.act).map_or_else(|| trace.act.clone(), |act| act.words().to_owned());
    let from = if trace.address.is_empty() { String::new() } else { format!(" from {}", trace.address) };
    view! {
        <li>
            <div>
                <p>
                    <strong><bdi>{trace.person}</bdi></strong>
                    " " {words} " "
                    <strong><bdi>{trace.subject}</bdi></strong>
                </p>
                <small>
                    <Time at=trace.at style=TimeStyle::Date /> " " {through(&trace.via)} {from}
                </small>
                {details(&trace.details)}
            </div>
        </li>
    }
    .into_any()
}

fn through(via: &str) -> &'static str {
    match via {
        "token" => "through the API",
        "command" => "on the command line",
        _ => "in the browser",
    }
}

fn details(details: &serde_json::Value) -> Option<AnyView> {
    let details = details.as_object().filter(|details| !details.is_empty())?;
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pair =
        |(name, value): (&String, &serde_json::Value)| format!("{}: {}", name.replace('_', " "), text(value));
    let line = details.iter().map(pair).collect::<Vec<_>>().join(", ");
    Some(view! { <small class="trace-details"><bdi>{line}</bdi></small> }.into_any())
}

fn written(pairs: &[(&str, &str)]) -> String {
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish()
}
