//! The bar at the foot of the editor: what is not live, when it was saved, and the two ways on.

use leptos::prelude::*;

use super::Opened;
use super::draft::Draft;
use crate::components::button::{Look, Submit};
use crate::components::frame::Framed;
use crate::components::loaded::{blank, later};
use crate::components::number::counted;
use crate::components::status::{State, status_pill};
use crate::components::time::Time;
use crate::views::Role;

pub(super) fn publish_bar(opened: &Opened, draft: Draft) -> AnyView {
    let first = opened.live.is_none();
    let standing = move || {
        let errors = draft.visible().len() as u64;
        let changes = draft.changes.with(Vec::len) as u64;
        match (errors, changes) {
            (1.., _) => status_pill(State::Error, counted(errors, "error", "errors")),
            (0, _) if first => view! { <span class="chip change">"Draft, not live"</span> }.into_any(),
            (0, 0) => status_pill(State::Delivered, "Live, no changes"),
            (0, _) => {
                let text = counted(changes, "change not live", "changes not live");
                view! { <span class="chip change">{text}</span> }.into_any()
            }
        }
    };
    let saved = match &opened.saved {
        Some((at, by)) => view! { "Saved " <Time at=*at /> " by " <bdi>{by.clone()}</bdi> }.into_any(),
        None => "Nothing is sent before you publish.".into_any(),
    };
    // A new tag is made once: until its own page is there, nothing more is sent.
    let new = opened.id.is_none();
    let pending = draft.save.pending();
    let blocked = Signal::derive(move || pending.get() || (new && draft.save.done()));
    let framed = use_context::<Framed>();
    let publish = later(blank, move || {
        Box::pin(async move {
            let frame = match framed {
                Some(framed) => framed.frame.await.ok(),
                None => None,
            };
            // The server refuses it too; this only spares a vain try.
            if frame.is_none_or(|frame| frame.person.role < Role::Publisher) {
                return ().into_any();
            }
            view! {
                <Submit
                    label="Publish"
                    busy="Publishing…"
                    sends=("form[intent]", "publish")
                    pending=draft.save.pending_by("publish")
                    blocked
                />
            }
            .into_any()
        })
    });
    view! {
        <div class="publish-bar" role="region" aria-label="Draft">
            <span aria-live="polite">{standing}</span>
            <p class="saved">{saved}</p>
            <Submit
                label="Save draft"
                busy="Saving…"
                look=Look::Plain
                sends=("form[intent]", "save")
                pending=draft.save.pending_by("save")
                blocked
            />
            {publish}
        </div>
    }
    .into_any()
}
