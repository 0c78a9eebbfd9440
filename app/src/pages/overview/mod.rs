//! The overview: the way to the first conversion until there was one, then whether it works and what is lost.

mod checklist;
mod losses;
mod working;

use leptos::prelude::*;

use crate::api::overview::load_overview;
use crate::components::frame::PageHead;
use crate::components::loaded::loaded;
use crate::views::Overview;
use crate::wire::loading;

#[component]
pub fn OverviewPage() -> AnyView {
    let overview = loading(|| (), |()| load_overview());
    loaded(overview, |overview: Overview| {
        let steps = checklist::steps(&overview);
        let missing = steps.iter().filter(|step| step.done.is_none()).count();
        let text = match missing {
            0 => String::new(),
            1 => "One step to your first conversion.".to_owned(),
            _ => format!("{missing} steps to your first conversion."),
        };
        let onboarding = missing > 0;
        view! {
            <div class="page">
                <PageHead title="Overview" text=text />
                <div class=if onboarding { "overview first" } else { "overview" }>
                    {onboarding.then(|| checklist::draw(&overview, &steps))}
                    {working::draw(&overview)}
                    {losses::draw(&overview.losses)}
                </div>
            </div>
        }
        .into_any()
    })
}
