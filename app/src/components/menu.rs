//! The account menu: who is signed in, the theme, and the way out. A native popover, so it opens without the
//! browser part too.

use leptos::prelude::*;
use server_fn::ServerFn;

use super::icon::{Icon, icon};
use crate::api::account::SignOut;
use crate::api::theme::{SetTheme, Theme};
use crate::views::Person;

/// Its forms are plain ones: a whole new page forgets what this one held, and is drawn in the new theme.
#[component]
pub fn AccountMenu(person: Person) -> AnyView {
    view! {
        <button type="button" class="avatar" popovertarget="account" aria-label=format!("Account of {}", person.name)>
            {initials(&person.name)}
        </button>
        <div class="menu" id="account" popover="auto">
            <div class="who">
                <strong class="cut">{person.name}</strong>
                <p class="cut">{person.email}</p>
                <p class="role">{person.role.label()}</p>
            </div>
            <ThemeSwitch />
            <a class="item" href="/settings/account" rel="external">
                {icon(Icon::User)}
                "Your account"
            </a>
            <form method="post" action=SignOut::PATH>
                <button type="submit" class="item">
                    {icon(Icon::Logout)}
                    "Sign out"
                </button>
            </form>
        </div>
    }
    .into_any()
}

#[component]
fn ThemeSwitch() -> AnyView {
    let chosen = Theme::current();
    view! {
        <form method="post" action=SetTheme::PATH>
            <div class="row">
                <span id="theme-label">"Theme"</span>
                <div class="segments" role="group" aria-labelledby="theme-label">
                    {Theme::ALL
                        .map(|theme| {
                            view! {
                                <button
                                    type="submit"
                                    name="theme"
                                    value=theme.name()
                                    aria-pressed=(chosen == theme).to_string()
                                >
                                    {theme.label()}
                                </button>
                            }
                        })
                        .collect_view()}
                </div>
            </div>
        </form>
    }
    .into_any()
}

/// The first letters of the first and the last name.
fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = letters.next().into_iter();
    first.chain(letters.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_come_from_the_first_and_the_last_name() {
        for (name, letters) in
            [("Mara Lindqvist", "ML"), ("mara", "M"), ("Ana de la Cruz", "AC"), ("", ""), ("李 雷", "李雷")]
        {
            assert_eq!(initials(name), letters);
        }
    }
}
