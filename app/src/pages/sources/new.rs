//! A new source.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::sources::CreateSource;
use crate::components::button::Submit;
use crate::components::field::{Field, TextField};
use crate::components::frame::PageHead;
use crate::components::notice::failure;

#[component]
pub fn NewSourcePage() -> AnyView {
    let create = ServerAction::<CreateSource>::new();
    let error = move || create.value().get().and_then(Result::err);
    let at = move |path: &'static str| {
        Signal::derive(move || error().and_then(|error| error.at(path).map(str::to_owned)))
    };
    let other = move || error().filter(|error| error.at("name").or(error.at("origins")).is_none());
    view! {
        <div class="page reading">
            <PageHead title="New source" text="It gets a write key and a snippet of its own." />
            <ActionForm action=create>
                <div class="fields new-source">
                    {move || other().map(|error| failure(&error))}
                    <TextField
                        id="name"
                        name="name"
                        label="Name"
                        help="As your colleagues know it, such as Web shop or Order back end."
                        error=at("name")
                    />
                    <fieldset class="field">
                        <legend class="field-head">"What sends the events?"</legend>
                        <div class="choices row">
                            <label class="choice">
                                <input class="radio" type="radio" name="kind" value="website" checked />
                                <b>"A website"</b>
                                <small>"Its pages carry a snippet, or Google’s tag"</small>
                            </label>
                            <label class="choice">
                                <input class="radio" type="radio" name="kind" value="server" />
                                <b>"A back end"</b>
                                <small>"Your server calls the JSON API"</small>
                            </label>
                        </div>
                    </fieldset>
                    <div class="for-website">
                        {origins_field(String::new(), at("origins"))}
                    </div>
                    <div class="form-end">
                        <Submit label="Create source" busy="Creating…" pending=create.pending() />
                        <a class="button ghost" href="/sources">
                            "Cancel"
                        </a>
                    </div>
                </div>
            </ActionForm>
        </div>
    }
    .into_any()
}

/// One origin a line.
pub(super) fn origins_field(value: String, error: Signal<Option<String>>) -> AnyView {
    view! {
        <Field
            id="origins"
            label="Allowed origins"
            help="One a line, such as https://www.shop.example. Browsers on other sites are turned away; servers are let in by their key."
            error
        >
            <textarea
                class="input mono"
                id="origins"
                name="origins"
                rows="3"
                spellcheck="false"
                autocapitalize="off"
                dir="ltr"
                aria-describedby="origins-message"
                aria-invalid=move || error.get().map(|_| "true")
            >
                {value}
            </textarea>
        </Field>
    }
    .into_any()
}
