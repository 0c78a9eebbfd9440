//! Where one is signed in.

use leptos::prelude::*;
use server_fn::ServerFn;

use crate::api::own::EndSession;
use crate::components::chip::chip;
use crate::components::time::Time;
use crate::people::views::SessionView;

/// `here`: the id of the session that asks.
pub(super) fn list(sessions: Vec<SessionView>, here: &str) -> AnyView {
    let row = |session: SessionView| row(session, here);
    view! {
        <section class="settings-list" aria-labelledby="sessions">
            <h2 id="sessions">"Where you are signed in"</h2>
            <ul class="card rows">{sessions.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn row(session: SessionView, here: &str) -> AnyView {
    let this = session.id == here;
    let end = if this {
        chip("this browser")
    } else {
        view! {
            <form method="post" action=EndSession::PATH>
                <input type="hidden" name="id" value=session.id />
                <button type="submit" class="button small">
                    "End"
                    <span class="hidden-text">" the session from " {session.address.clone()}</span>
                </button>
            </form>
        }
        .into_any()
    };
    view! {
        <li>
            <div>
                <strong>"Last used " <Time at=session.seen_at /></strong>
                <small>"Signed in " <Time at=session.created_at /> " from " <bdi>{session.address}</bdi></small>
            </div>
            {end}
        </li>
    }
    .into_any()
}
