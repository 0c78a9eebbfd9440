//! Choice cards, and the event-name section that is built of them. Which fields are seen follows the chosen
//! card in the style sheet, so it works without the browser part.

use leptos::prelude::*;
use tag::amazon::names;
use tag::config::Unmapped;

use super::draft::Draft;
use crate::api::tags::TagForm;
use crate::components::field::{Field, TextField};
use crate::components::icon::{Icon, icon};
use crate::components::path::event_path;

/// One card of a group.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) chosen: bool,
}

/// Native radios that look like cards.
pub(super) fn choice_cards(name: &'static str, class: &'static str, choices: Vec<Choice>) -> AnyView {
    let card = |Choice { value, title, text, chosen }: Choice| {
        view! {
            <label class="choice">
                <input class="radio" type="radio" name=name value=value checked=chosen />
                <b>{title}</b>
                <small>{text}</small>
            </label>
        }
    };
    view! { <div class=class>{choices.into_iter().map(card).collect_view()}</div> }.into_any()
}

pub(super) fn event_name_fields(form: &TagForm, draft: Draft) -> AnyView {
    let mode = |value, title, text| Choice { value, title, text, chosen: form.mode == value };
    let unmapped =
        |of: Unmapped, value, title, text| Choice { value, title, text, chosen: form.unmapped == of };
    let error = draft.error_at("event_name");
    let standard = standard_names(&form.standard_name).into_iter().map(|name| {
        let chosen = name == form.standard_name;
        view! { <option value=name.clone() selected=chosen>{name.clone()}</option> }
    });
    let standard = standard.collect_view();
    view! {
        <fieldset class="field">
            <legend class="field-head">"Name for these events"</legend>
            {choice_cards(
                "form[mode]",
                "choices",
                vec![
                    mode("inherit", "Inherit it from the event", "GA4 names become Amazon’s: purchase becomes Off-AmazonPurchases."),
                    mode("standard", "One of Amazon’s 11 standard events", "Every event of this tag gets the same name."),
                    mode("custom", "A name of your own", "Every event of this tag gets it; Amazon files it as a custom event."),
                ],
            )}
        </fieldset>
        <div class="mode-panel inherit fields">
            <fieldset class="field">
                <legend class="field-head">"Names that Amazon has no name for"</legend>
                {choice_cards(
                    "form[unmapped]",
                    "choices row",
                    vec![
                        unmapped(Unmapped::Send, "send", "Send as they are", "Amazon files them as custom events"),
                        unmapped(Unmapped::Skip, "skip", "Skip", "They are listed in Live, with the reason"),
                    ],
                )}
            </fieldset>
            {translation()}
        </div>
        <div class="mode-panel standard">
            <Field id="standard_name" label="Standard event" error>
                <select
                    class="input"
                    id="standard_name"
                    name="form[standard_name]"
                    aria-describedby="standard_name-message"
                    aria-invalid=move || error.get().map(|_| "true")
                >
                    <option value="">"Choose…"</option>
                    {standard}
                </select>
            </Field>
        </div>
        <div class="mode-panel custom">
            <TextField
                id="custom_name"
                name="form[custom_name]"
                label="Custom name"
                value=form.custom_name.clone()
                required=false
                help="At most 256 characters."
                error
            />
        </div>
    }
    .into_any()
}

/// Amazon's eleven; a stored name that is none of them stays visible, so that it can be seen and replaced.
fn standard_names(stored: &str) -> Vec<String> {
    let odd = (!stored.is_empty() && !names::is_standard(stored)).then(|| stored.to_owned());
    odd.into_iter().chain(names::STANDARD.into_iter().map(str::to_owned)).collect()
}

fn translation() -> AnyView {
    let pair = |(ga4, amazon): (&'static str, &'static str)| {
        view! { <li>{event_path(ga4, Some(amazon))}</li> }
    };
    view! {
        <details class="translation">
            <summary>
                <span class="chevron">{icon(Icon::Right)}</span>
                {names::FROM_GA4.len()}
                " GA4 names that are translated"
            </summary>
            <ul>{names::FROM_GA4.into_iter().map(pair).collect_view()}</ul>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_longer_standard_can_still_be_seen() {
        assert_eq!(standard_names("").len(), 11);
        assert_eq!(standard_names("Lead").len(), 11);
        assert_eq!(standard_names("Purchase").first().map(String::as_str), Some("Purchase"));
    }
}
