//! Forms. Each is a plain one that posts to a server function, so it works without the browser part. With it,
//! the form is sent in place: what was typed stays, and the answer is drawn around it.
//!
//! Leptos's `ActionForm` does the same, but is compiled anew for each form, with code that reads the form back
//! into the function's arguments: 32 KB of the browser part.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use serde::de::DeserializeOwned;
use server_fn::ServerFn;
use server_fn::client::Client;
use server_fn::error::FromServerFnError;
use server_fn::redirect::call_redirect_hook;
use server_fn::request::ClientReq;
use server_fn::response::ClientRes;
use web_sys::{FormData, HtmlButtonElement, HtmlFormElement, SubmitEvent, UrlSearchParams};

use super::notice::refused;
use crate::api::account::SignOut;
use crate::error::UiError;

/// Where a form goes, and how it ended.
#[derive(Clone, Copy)]
pub struct Sending {
    path: &'static str,
    /// The value of the button that was pressed, while the form is on its way.
    pressed: RwSignal<Option<String>>,
    /// What the function returned, as JSON.
    answer: RwSignal<Option<Result<String, UiError>>>,
}

impl Sending {
    /// To the server function `S`. It starts with the error of a plain post that led back to this page.
    pub fn to<S: ServerFn<Error = UiError>>() -> Self {
        Self { path: S::PATH, pressed: RwSignal::new(None), answer: RwSignal::new(refused::<S>().map(Err)) }
    }

    /// Whether it is on its way.
    pub fn pending(self) -> Signal<bool> {
        Signal::derive(move || self.pressed.read().is_some())
    }

    /// Whether it is on its way because the button with this value was pressed.
    pub fn pending_by(self, value: &'static str) -> Signal<bool> {
        Signal::derive(move || self.pressed.read().as_deref() == Some(value))
    }

    /// Whether the last one was done.
    pub fn done(self) -> bool {
        matches!(*self.answer.read(), Some(Ok(_)))
    }

    /// How the last one ended.
    pub fn answer<T: DeserializeOwned>(self) -> Option<Result<T, UiError>> {
        let read = |text: &str| serde_json::from_slice(text.as_bytes()).map_err(|_| UiError::Internal);
        self.answer.get().map(|answer| answer.and_then(|text| read(&text)))
    }

    pub fn error(self) -> Option<UiError> {
        self.answer.get().and_then(Result::err)
    }

    /// What is wrong with the field at `path`.
    pub fn error_at(self, path: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.error().and_then(|error| error.at(path).map(str::to_owned)))
    }

    /// The error, when none of these fields shows it.
    pub fn error_beside(self, fields: &[&str]) -> Option<UiError> {
        self.error().filter(|error| fields.iter().all(|path| error.at(path).is_none()))
    }

    fn submit(self, event: &SubmitEvent) {
        if event.default_prevented() {
            return;
        }
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) else { return };
        let button = event.submitter().and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
        let pressed = button.map(|button| {
            _ = data.append_with_str(&button.name(), &button.value());
            button.value()
        });
        let Ok(data) = UrlSearchParams::new_with_str_sequence_sequence(&data) else { return };
        event.prevent_default();
        self.pressed.set(Some(pressed.unwrap_or_default()));
        spawn_local(async move {
            let answer = post(self.path, data.to_string().into()).await;
            // The page may have been left meanwhile.
            _ = self.answer.try_set(Some(answer));
            _ = self.pressed.try_set(None);
        });
    }
}

/// The form around its fields.
#[component]
pub fn Form(
    sending: Sending,
    #[prop(optional)] node_ref: NodeRef<html::Form>,
    children: Children,
) -> AnyView {
    view! {
        <form method="post" action=sending.path node_ref=node_ref on:submit=move |event| sending.submit(&event)>
            {children()}
        </form>
    }
    .into_any()
}

/// What was typed into the field when the plain post was refused that led back to this page.
pub fn typed<S: ServerFn<Error = UiError>>(field: &str) -> Option<String> {
    filled_in::<S>()?.get(field)
}

/// All fields of that post.
pub fn filled_in<S: ServerFn<Error = UiError>>() -> Option<ParamsMap> {
    refused::<S>()?;
    Some(use_query_map().get_untracked())
}

/// The client of every server function.
type Browser = <SignOut as ServerFn>::Client;

async fn post(path: &'static str, form: String) -> Result<String, UiError> {
    let request = <<Browser as Client<UiError>>::Request as ClientReq<UiError>>::try_new_post(
        path,
        "application/x-www-form-urlencoded",
        "application/json",
        form,
    )?;
    let response = <Browser as Client<UiError>>::send(request).await?;
    let failed = ClientRes::<UiError>::status(&response) >= 400;
    let leads_to =
        ClientRes::<UiError>::has_redirect(&response).then(|| ClientRes::<UiError>::location(&response));
    let text = ClientRes::<UiError>::try_into_string(response).await?;
    if failed {
        return Err(UiError::de(text.into()));
    }
    if let Some(location) = leads_to {
        call_redirect_hook(&location);
    }
    Ok(text)
}
