//! The tag editor: one plain form in sections, with the draft's state beside and below it. The browser part
//! checks while somebody types, with the same code as the server.

mod aside;
mod changes;
mod choices;
mod draft;
mod publish_bar;
mod sections;
mod summary;

use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use tag::config::TagConfig;

use crate::api::sources::load_sources;
use crate::api::tags::{SaveTag, SavedTag, load_tag};
use crate::components::chip::{change_chip, tag_chip};
use crate::components::form::{Form, Sending};
use crate::components::frame::Framed;
use crate::components::loaded::loaded;
use crate::components::time::Time;
use crate::views::{LiveVersion, SourceChoice, TagView};
use crate::wire::loading;
use draft::Draft;

/// What the editor starts from.
#[derive(Clone)]
struct Opened {
    id: Option<String>,
    revision: i64,
    name: String,
    config: TagConfig,
    live: Option<LiveVersion>,
    sources: Vec<SourceChoice>,
    /// When and by whom it was saved last.
    saved: Option<(i64, String)>,
}

impl From<TagView> for Opened {
    fn from(view: TagView) -> Self {
        Self {
            id: Some(view.id),
            revision: view.revision,
            name: view.name,
            config: view.config,
            live: view.live,
            sources: view.sources,
            saved: Some((view.edited_at, view.edited_by)),
        }
    }
}

#[component]
pub fn NewTagPage() -> AnyView {
    let sources = loading(|| (), |()| load_sources());
    let save = Sending::to::<SaveTag>();
    loaded(sources, move |page: crate::views::SourcesPage| {
        let choice = |source: crate::views::SourceView| SourceChoice { id: source.id, name: source.name };
        let opened = Opened {
            id: None,
            revision: 0,
            name: String::new(),
            config: TagConfig::default(),
            live: None,
            sources: page.sources.into_iter().map(choice).collect(),
            saved: None,
        };
        editor(opened, save)
    })
}

#[component]
pub fn TagPage() -> AnyView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let tag = loading(id, load_tag);
    let save = Sending::to::<SaveTag>();
    let framed = use_context::<Framed>();
    // A new version changes the page's head, its comparison and the rail's count.
    Effect::new(move |_| {
        if let Some(Ok(SavedTag { version: Some(_), .. })) = save.answer() {
            tag.refetch();
            if let Some(framed) = framed {
                framed.frame.refetch();
            }
        }
    });
    loaded(tag, move |view: TagView| editor(view.into(), save))
}

fn editor(opened: Opened, save: Sending) -> AnyView {
    let query = use_query_map();
    // How the last attempt to publish ended, also for readers without the browser part.
    let ended = Memo::new(move |_| query.with(|query| query.get("publish")).unwrap_or_default());
    let draft = Draft::new(&opened, save, ended.get_untracked() == "refused");
    Effect::new(move |_| {
        if ended.get() == "refused" {
            draft.show_all();
        }
    });
    let form = NodeRef::<html::Form>::new();
    let read = move || {
        if let Some(form) = form.get_untracked() {
            draft.read(&form);
        }
    };
    let live = opened.live.clone();
    let version = live.as_ref().map(|live| live.number);
    let title = if opened.name.is_empty() { "New tag".to_owned() } else { opened.name.clone() };
    let head = head(&opened, draft);
    let sections = sections::all(&opened, draft);
    let publish_bar = publish_bar::publish_bar(&opened, draft);
    let aside = aside::aside(&opened, draft);
    let id = opened.id.unwrap_or_default();
    view! {
        <leptos_meta::Title text=title />
        <div class="editor">
            {head}
            <nav class="editor-rail" aria-label="Parts of the tag">
                {sections::rail(draft)}
            </nav>
            <Form sending=save node_ref=form>
                <div
                    class="editor-form"
                    on:input=move |_| read()
                    on:focusout=move |event| draft.touch(&event)
                >
                    {summary::outcome(draft, ended, version)}
                    <input type="hidden" name="form[id]" value=id />
                    <input type="hidden" name="form[revision]" value=move || draft.revision.get() />
                    {sections}
                </div>
                {publish_bar}
            </Form>
            <aside class="editor-aside" aria-label="Live version and changes">
                {aside}
            </aside>
        </div>
    }
    .into_any()
}

fn head(opened: &Opened, draft: Draft) -> AnyView {
    let standing = match &opened.live {
        Some(live) => view! {
            {tag_chip(live.number, true)}
            <span class="quiet">"live since " <Time at=live.published_at /></span>
        }
        .into_any(),
        None if opened.id.is_some() => change_chip("first draft"),
        None => change_chip("not saved yet"),
    };
    let name = move || {
        draft.form.with(|form| if form.name.is_empty() { "New tag".to_owned() } else { form.name.clone() })
    };
    view! {
        <header class="editor-head">
            <div class="editor-title">
                <h1 class="cut">{name}</h1>
                {standing}
            </div>
            <p class="quiet">{move || tag::config::summary(&draft.config())}</p>
        </header>
    }
    .into_any()
}
