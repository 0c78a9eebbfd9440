//! Setting two-step sign-in up: the secret for the app, a first code, then the recovery codes, once.

use leptos::prelude::*;
use server_fn::ServerFn;

use super::settings;
use crate::api::own::ConfirmTwoStep;
use crate::components::button::Submit;
use crate::components::field::TextField;
use crate::components::notice::{Notice, Tone, refused};
use crate::error::UiError;
use crate::guard;
use crate::people::views::{ShownOnce, TwoStepSetup};

#[component]
pub fn TwoStepPage() -> AnyView {
    settings("Two-step sign-in", "Signing in with your password and a code from your phone.", content)
}

async fn content() -> Result<AnyView, UiError> {
    let (caller, viewer) = guard::viewer()?;
    if let Some(ShownOnce::RecoveryCodes(codes)) = caller.session.take_aside().await? {
        return Ok(recovery(codes));
    }
    Ok(match caller.backend.two_step_setup(&viewer).await? {
        Some(setup) => begun(setup),
        None => view! {
            <p>"Nothing is being set up here."</p>
            <a class="button" href="/settings/account">
                "Your account"
            </a>
        }
        .into_any(),
    })
}

fn begun(setup: TwoStepSetup) -> AnyView {
    let error = refused::<ConfirmTwoStep>().map(|error| error.to_string());
    let size = format!("0 0 {0} {0}", setup.qr_width);
    view! {
        <div class="card settings-card two-step">
            <svg class="qr" viewBox=size role="img" aria-label="QR code with the secret below">
                <rect width="100%" height="100%" />
                <path d=setup.qr_outline />
            </svg>
            <div>
                <h2>"1. Add Sidetag to your authenticator app"</h2>
                <p>"Scan the picture, or type this secret into the app:"</p>
                <p>
                    <code class="secret">{setup.secret}</code>
                </p>
                <h2>"2. Enter the code that it shows"</h2>
                <form method="post" action=ConfirmTwoStep::PATH>
                    <div class="fields">
                        <TextField
                            id="code"
                            name="code"
                            label="Code"
                            autocomplete="one-time-code"
                            help="Six digits. Two-step sign-in is on from then on, and every other session ends."
                            error=Signal::stored(error)
                        />
                        <div class="form-end">
                            <Submit label="Turn on" busy="Turning on…" pending=false />
                            <a class="button ghost" href="/settings/account">
                                "Not now"
                            </a>
                        </div>
                    </div>
                </form>
            </div>
        </div>
    }
    .into_any()
}

fn recovery(codes: Vec<String>) -> AnyView {
    view! {
        <Notice tone=Tone::Success title="Two-step sign-in is on.">
            <p>"Keep these recovery codes where you will find them without your phone. Each works once, in place of a code. They are shown only now."</p>
        </Notice>
        <div class="card settings-card">
            <h2>"Recovery codes"</h2>
            <ol class="recovery">
                {codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}
            </ol>
            <a class="button primary" href="/settings/account">
                "I have kept them"
            </a>
        </div>
    }
    .into_any()
}
