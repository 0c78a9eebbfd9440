//! The list of tags: a table, on a phone a card each.

use leptos::prelude::*;

use crate::api::tags::load_tags;
use crate::components::chip::{change_chip, tag_chip};
use crate::components::empty::Empty;
use crate::components::frame::PageHead;
use crate::components::icon::{Icon, icon};
use crate::components::loaded::loaded;
use crate::components::number::grouped;
use crate::components::status::{State, status_in_list};
use crate::components::time::Time;
use crate::views::TagItem;
use crate::wire::loading;

#[component]
pub fn TagsPage() -> AnyView {
    let tags = loading(|| (), |()| load_tags());
    loaded(tags, |tags: Vec<TagItem>| {
        let some = !tags.is_empty();
        let list = if some { table(&tags) } else { empty() };
        view! {
            <div class="page">
                <PageHead title="Tags" text="A tag decides which events go to Amazon, and what they carry.">
                    {some
                        .then(|| {
                            view! {
                                <a class="button primary" href="/tags/new">
                                    {icon(Icon::Plus)}
                                    "New tag"
                                </a>
                            }
                        })}
                </PageHead>
                {list}
            </div>
        }
        .into_any()
    })
}

fn empty() -> AnyView {
    view! {
        <Empty
            icon=Icon::Tag
            title="No tag yet"
            text="A tag takes the events of your sources, gives them Amazon’s names and sends them to your Amazon tag ID. It starts as a draft: nothing is sent before you publish it."
        >
            <a class="button primary" href="/tags/new">
                {icon(Icon::Plus)}
                "New tag"
            </a>
        </Empty>
    }
    .into_any()
}

fn table(tags: &[TagItem]) -> AnyView {
    view! {
        <p class="faint table-note">"Numbers are from the last 24 hours"</p>
        <div class="card">
            <table class="table tags">
                <caption class="hidden-text">"Tags"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Tag"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Source, region"</th>
                        <th scope="col" class="num">
                            "Delivered"
                        </th>
                        <th scope="col" class="num">
                            "Skipped"
                        </th>
                        <th scope="col" class="num">
                            "Failed"
                        </th>
                        <th scope="col">"Edited"</th>
                    </tr>
                </thead>
                <tbody>{tags.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(tag: &TagItem) -> AnyView {
    let (state, words) = standing(tag);
    let sources = match tag.sources.as_slice() {
        [] => "Every source".to_owned(),
        names => names.join(", "),
    };
    let changes = match (tag.version, tag.changed) {
        (None, _) => Some("first draft"),
        (Some(_), true) => Some("changes not live"),
        (Some(_), false) => None,
    };
    let never = tag.version.is_none();
    view! {
        <tr>
            <td class="tag-cell">
                <div class="tag-title">
                    <a class="cut" href=format!("/tags/{}", tag.id)>
                        {tag.name.clone()}
                    </a>
                    {tag.version.map(|version| tag_chip(version, false))}
                    {changes.map(change_chip)}
                </div>
                <small>{tag.summary.clone()}</small>
            </td>
            <td class="state-cell">{status_in_list(state, words)}</td>
            <td class="where-cell">
                <span class="cut">{sources}</span>
                <small>{tag.region.clone()}</small>
            </td>
            {number("Delivered", tag.delivered, never, "")}
            {number("Skipped", tag.skipped, never, "")}
            {number("Failed", tag.failed, never, "failed")}
            <td class="edited-cell">
                <span class="cut">{tag.edited_by.clone()}</span>
                <small>
                    <Time at=tag.edited_at />
                </small>
            </td>
        </tr>
    }
    .into_any()
}

/// Zero is a quiet 0, unknown a dash.
fn number(label: &'static str, number: u64, never: bool, loud: &'static str) -> AnyView {
    let class = if number == 0 { "num zero".to_owned() } else { format!("num {loud}") };
    let text = if never { "–".to_owned() } else { grouped(number) };
    view! {
        <td class=class data-label=label>
            {text}
        </td>
    }
    .into_any()
}

/// Trouble first.
fn standing(tag: &TagItem) -> (State, String) {
    match tag {
        TagItem { version: None, .. } => (State::Skipped, "Never published".to_owned()),
        TagItem { failed: 1.., .. } => (State::Refused, format!("{} failed", grouped(tag.failed))),
        TagItem { retrying: 1.., .. } => (State::Retrying, format!("Retrying {}", grouped(tag.retrying))),
        _ => (State::Delivered, "Live".to_owned()),
    }
}
