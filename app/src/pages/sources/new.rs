//! A new source.

use leptos::prelude::*;

use crate::api::sources::CreateSource;
use crate::components::button::Submit;
use crate::components::field::{Field, TextField};
use crate::components::form::{Form, Sending, typed};
use crate::components::frame::PageHead;
use crate::components::notice::failure;

#[component]
pub fn NewSourcePage() -> AnyView {
    let create = Sending::to::<CreateSource>();
    let typed = |field| typed::<CreateSource>(field).unwrap_or_default();
    let other = move || create.error_beside(&["name", "origins"]);
    let server = typed("kind") == "server";
    view! {
        <div class="page reading">
            <PageHead title="New source" text="It gets a write key and a snippet of its own." />
            <Form sending=create>
                <div class="fields new-source">
                    {move || other().map(|error| failure(&error))}
                    <TextField
                        id="name"
                        name="name"
                        label="Name"
                        value=typed("name")
                        help="As your colleagues know it, such as Web shop or Order back end."
                        error=create.error_at("name")
                    />
                    <fieldset class="field">
                        <legend class="field-head">"What sends the events?"</legend>
                        <div class="choices row">
                            <label class="choice">
                                <input class="radio" type="radio" name="kind" value="website" checked=!server />
                                <b>"A website"</b>
                                <small>"Its pages carry a snippet, or Google’s tag"</small>
                            </label>
                            <label class="choice">
                                <input class="radio" type="radio" name="kind" value="server" checked=server />
                                <b>"A back end"</b>
                                <small>"Your server calls the JSON API"</small>
                            </label>
                        </div>
                    </fieldset>
                    <div class="for-website">
                        {origins_field(typed("origins"), create.error_at("origins"))}
                    </div>
                    <div class="form-end">
                        <Submit label="Create source" busy="Creating…" pending=create.pending() />
                        <a class="button ghost" href="/sources">
                            "Cancel"
                        </a>
                    </div>
                </div>
            </Form>
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
