//! What is being lost, and why? Each reason with its number and its remedy.

use leptos::prelude::*;

use crate::components::number::grouped;
use crate::components::status::{State, mark};
use crate::views::Loss;

pub(super) fn draw(losses: &[Loss]) -> AnyView {
    let most = losses.iter().map(|loss| loss.count).max().unwrap_or(1).max(1);
    let list = if losses.is_empty() {
        view! { <p class="quiet">"Nothing in the last 24 hours."</p> }.into_any()
    } else {
        view! { <ul class="losses">{losses.iter().map(|loss| line(loss, most)).collect_view()}</ul> }
            .into_any()
    };
    view! {
        <section class="card" aria-labelledby="losses">
            <div class="card-head">
                <h2 id="losses">"What is being lost, and why?"</h2>
                <span class="faint">"last 24 hours"</span>
            </div>
            <div class="card-body">{list}</div>
        </section>
    }
    .into_any()
}

fn line(loss: &Loss, most: u64) -> AnyView {
    let state = State::from(loss.outcome);
    let share = (1000 * loss.count / most.max(1)).max(15);
    view! {
        <li>
            {mark(state)} <div>
                <p>
                    <a href=format!("/live?outcome={}", loss.outcome.name())>{loss.reason.text()}</a>
                    <span class="hidden-text">", " {state.word()}</span>
                </p>
                {loss.reason.remedy().map(|remedy| view! { <p class="quiet">{remedy}</p> })}
            </div>
            <svg class=format!("share {}", state.class()) viewBox="0 0 1000 60" preserveAspectRatio="none" aria-hidden="true">
                <rect class="all" width="1000" height="60" rx="20" />
                <rect width=share height="60" rx="20" />
            </svg>
            <span class="num">{grouped(loss.count)}</span>
        </li>
    }
    .into_any()
}
