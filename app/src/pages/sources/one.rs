//! One source: how to send from it, its key, its settings and the test event.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use server_fn::ServerFn;

use super::connect::{connect, write_key};
use super::list::facts;
use super::new::origins_field;
use super::{described, kind_icon};
use crate::api::sources::{SendTestEvent, UpdateSource, load_sources};
use crate::components::button::{Look, Submit};
use crate::components::field::TextField;
use crate::components::form::{Form, Sending, typed};
use crate::components::frame::{Framed, PageHead};
use crate::components::icon::{Icon, icon};
use crate::components::loaded::{blank, later, loaded};
use crate::components::notice::{Notice, Tone, failure, refused};
use crate::error::UiError;
use crate::views::{Sample, SourceKind, SourceView};
use crate::wire::loading;

#[component]
pub fn SourcePage() -> AnyView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let source = loading(id, |id| async move {
        let page = load_sources().await?;
        let found = page.sources.into_iter().find(|source| source.id == id);
        found.map(|source| (source, page.public_url)).ok_or(UiError::NotFound)
    });
    loaded(source, |(source, public_url): (SourceView, String)| {
        view! {
            <div class="page">
                <PageHead title=source.name.clone() text=described(&source)>
                    <a class="button" href="/sources">
                        {icon(Icon::Source)}
                        "All sources"
                    </a>
                </PageHead>
                <div class="card source-card">
                    <div class="source-body">
                        <div>{connect(&source, &public_url)} {test_event(&source)}</div>
                        <div class="source-side">
                            {write_key(&source)} {facts(&source)}
                        </div>
                    </div>
                </div>
                {settings(&source)}
            </div>
        }
        .into_any()
    })
}

fn test_event(source: &SourceView) -> AnyView {
    let id = source.id.clone();
    let error = refused::<SendTestEvent>().map(|error| failure(&error));
    let framed = use_context::<Framed>();
    let sentence = later(blank, move || {
        Box::pin(async move {
            let frame = match framed {
                Some(framed) => framed.frame.await.ok(),
                None => None,
            };
            let sentence = if frame.is_some_and(|frame| frame.mock_amazon) {
                "It takes the same way as a real event. Published tags send it, here to the built-in mock of Amazon: nothing leaves this machine."
            } else {
                "It takes the same way as a real event: published tags really send it to Amazon, where it counts like any other."
            };
            sentence.into_any()
        })
    });
    view! {
        <section class="test-event" id="test-event" aria-labelledby="test-event-title">
            <h2 id="test-event-title">"Send a test event"</h2>
            <p class="quiet">
                {sentence}
            </p>
            {error}
            <form method="post" action=SendTestEvent::PATH>
                <input type="hidden" name="source_id" value=id />
                <div class="inline-form">
                    <label class="hidden-text" for="sample">
                        "Sample"
                    </label>
                    <select class="input" id="sample" name="sample">
                        {Sample::ALL
                            .map(|sample| {
                                view! {
                                    <option value=sample.name() selected=sample == Sample::Purchase>
                                        {sample_label(sample)}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                    <Submit
                        label="Send a test event"
                        busy="Sending…"
                        pending=false
                        look=Look::Plain
                        start=Icon::Test
                    />
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn sample_label(sample: Sample) -> &'static str {
    match sample {
        Sample::PageView => "page_view: a page is seen",
        Sample::AddToCart => "add_to_cart: one item, 1.00 EUR",
        Sample::Lead => "generate_lead: a form is sent",
        Sample::Purchase => "purchase: order of 1.00 EUR",
    }
}

fn settings(source: &SourceView) -> AnyView {
    let SourceView { id, name, kind, origins, .. } = source.clone();
    let update = Sending::to::<UpdateSource>();
    let name = typed::<UpdateSource>("name").unwrap_or(name);
    let origins = typed::<UpdateSource>("origins").unwrap_or(origins.join("\n"));
    let outcome = move || {
        if update.done() {
            let saved = view! { <Notice tone=Tone::Success title="Saved. New events use it at once." /> };
            return Some(saved.into_any());
        }
        update.error_beside(&["name", "origins"]).map(|error| failure(&error))
    };
    view! {
        <section class="section source-settings" aria-labelledby="settings">
            <header>
                <h2 id="settings">{icon(kind_icon(kind))} "Settings"</h2>
            </header>
            <Form sending=update>
                <input type="hidden" name="id" value=id />
                <div class="fields">
                    <TextField
                        id="name"
                        name="name"
                        label="Name"
                        value=name
                        error=update.error_at("name")
                    />
                    {(kind == SourceKind::Website)
                        .then(|| origins_field(origins, update.error_at("origins")))}
                    {outcome}
                    <div class="form-end">
                        <Submit label="Save changes" busy="Saving…" pending=update.pending() />
                    </div>
                </div>
            </Form>
        </section>
    }
    .into_any()
}
