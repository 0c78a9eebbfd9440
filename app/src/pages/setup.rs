//! The first administrator, and what comes after.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::door::Door;
use crate::api::account::{CreateAdministrator, load_setup_link};
use crate::components::button::Submit;
use crate::components::field::{PasswordField, TextField};
use crate::components::form::{Form, Sending, typed};
use crate::components::icon::{Icon, icon};
use crate::components::loaded::{blank, later};
use crate::components::notice::failure;
use crate::components::path::event_path;
use crate::components::status::{State, status};
use crate::components::time::Time;
use crate::views::SetupLink;
use crate::wire::loading;

#[component]
pub fn SetupPage() -> AnyView {
    let token = use_query_map().with_untracked(|query| query.get("token")).unwrap_or_default();
    let asked = token.clone();
    let link = loading(move || asked.clone(), load_setup_link);
    later(blank, move || {
        let token = token.clone();
        Box::pin(async move {
            let link = link.await;
            let first_is_next = matches!(link, Ok(SetupLink::Open { .. }));
            let form = match link {
                Ok(SetupLink::Open { expires_at }) => open(token, expires_at),
                Ok(SetupLink::Closed) => closed(),
                Ok(SetupLink::Done) => done(),
                Err(error) => failure(&error),
            };
            view! {
                <Door
                    title="Set up Sidetag"
                    foot=concat!("Sidetag ", env!("CARGO_PKG_VERSION"))
                    aside=Some(steps(first_is_next))
                >
                    {form}
                </Door>
            }
            .into_any()
        })
    })
}

fn open(token: String, expires_at: i64) -> AnyView {
    let create = Sending::to::<CreateAdministrator>();
    let typed = |field| typed::<CreateAdministrator>(field).unwrap_or_default();
    let other = move || create.error_beside(&["name", "email", "password"]);
    view! {
        <h1>"Create the administrator"</h1>
        <p>"You will invite colleagues later. This link works once, until " <Time at=expires_at /> "."</p>
        <Form sending=create>
            <div class="fields">
                {move || other().map(|error| failure(&error))}
                <input type="hidden" name="token" value=token />
                <TextField
                    id="name"
                    name="name"
                    label="Name"
                    value=typed("name")
                    autocomplete="name"
                    large=true
                    error=create.error_at("name")
                />
                <TextField
                    id="email"
                    name="email"
                    label="E-mail"
                    kind="email"
                    autocomplete="username"
                    help="You sign in with it. Sidetag sends no mail."
                    large=true
                    error=create.error_at("email")
                />
                <PasswordField
                    id="password"
                    label="Password"
                    autocomplete="new-password"
                    help="At least 12 characters. A few random words are good."
                    minlength=12
                    error=create.error_at("password")
                />
                <Submit
                    label="Create and continue"
                    busy="Creating…"
                    pending=create.pending()
                    large=true
                />
            </div>
        </Form>
    }
    .into_any()
}

fn closed() -> AnyView {
    view! {
        <h1>"This setup link no longer works"</h1>
        <p>"It was used, or its time is over. Nothing is lost."</p>
        <p>
            "Start Sidetag again: while there is no administrator, it prints a new link into its log each time."
        </p>
    }
    .into_any()
}

fn done() -> AnyView {
    view! {
        <h1>"Sidetag is set up"</h1>
        <p>"There is an administrator already. Sign in, or ask them for an account."</p>
        <a class="button primary large wide" href="/sign-in">
            "Sign in"
        </a>
    }
    .into_any()
}

const STEPS: [(&str, &str); 5] = [
    ("Create the administrator", "With the link in Sidetag’s log"),
    ("Connect a source", "A snippet for the site, or one line for a server"),
    ("Create a tag", "With your Amazon tag ID and region"),
    ("Publish and send a test event", "It takes the same way as a real one"),
    ("See it delivered, and why", "Every step of every event is explained"),
];

/// `first_is_next`: the reader has the form of the first step before them.
fn steps(first_is_next: bool) -> AnyView {
    let step = |(index, (title, text)): (usize, (&'static str, &'static str))| {
        let here = first_is_next && index == 0;
        let text = if here { "You are here" } else { text };
        view! {
            <li aria-current=here.then_some("step")>
                <span class="step-number" aria-hidden="true">
                    {index + 1}
                </span>
                <div>
                    <strong>{title}</strong>
                    <p>{text}</p>
                </div>
            </li>
        }
    };
    view! {
        <div class="way">
            <h2>"Five minutes to your first event"</h2>
            <ol class="way-steps">{STEPS.into_iter().enumerate().map(step).collect_view()}</ol>
            <p class="faint">"What you will read"</p>
            <div class="card event-card">
                <div class="event-card-line">
                    {status(State::Delivered, "Delivered")} <span class="quiet">"200 in 88 ms"</span>
                </div>
                <div class="event-card-line">
                    {event_path("purchase", Some("Off-AmazonPurchases"))} <strong>"72.40 EUR"</strong>
                </div>
            </div>
            <ul class="promises">
                <li>{icon(Icon::Lock)} "Nothing is sent to Amazon before you publish"</li>
                <li>{icon(Icon::Shield)} "Personal data is masked before it is stored"</li>
                <li>{icon(Icon::Server)} "Runs on your machine and reports to nobody"</li>
            </ul>
        </div>
    }
    .into_any()
}
