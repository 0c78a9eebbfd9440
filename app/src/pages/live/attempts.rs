//! *Response*: each try with Amazon's answer, or the lack of one.

use leptos::prelude::*;
use tag::amazon::reply::{Reply, Verdict, read};
use tag::outcome::Outcome;

use super::data::long;
use super::incoming::terms;
use super::outgoing::title;
use super::text::block;
use super::words;
use crate::components::status::{State, status};
use crate::components::time::{Time, TimeStyle};
use crate::views::{AttemptView, RequestView, RunView};

pub(super) fn attempts(run: &RunView) -> AnyView {
    if run.requests.is_empty() {
        return view! { <p class="live-nothing">"No request left this server, so there is no answer."</p> }
            .into_any();
    }
    let of = run.requests.len();
    run.requests
        .iter()
        .enumerate()
        .map(|(index, request)| {
            view! {
                <section class="live-request">
                    {title(request, index + 1, of)}
                    {request.attempts.iter().map(attempt).collect_view()}
                    {what_follows(request)}
                </section>
            }
        })
        .collect_view()
        .into_any()
}

fn attempt(attempt: &AttemptView) -> AnyView {
    let (state, said) = summary(&attempt.reply);
    let latency = words::latency(u64::try_from(attempt.latency_ms).unwrap_or_default());
    view! {
        <article class="card live-attempt">
            <header class="card-head">
                <h4>{format!("Try {}", attempt.number)}</h4>
                {status(state, said)}
                <span class="quiet"><Time at=attempt.started_at style=TimeStyle::Milli /></span>
                <span class="quiet">{latency}</span>
            </header>
            {answer(&attempt.reply)}
        </article>
    }
    .into_any()
}

/// What the answer means, and the answer in short.
fn summary(reply: &Reply) -> (State, String) {
    let state = match read(reply) {
        Verdict::Delivered(_) => State::Delivered,
        Verdict::Refused(_) => State::Refused,
        Verdict::Retry { .. } => State::Retrying,
    };
    let said = match reply {
        Reply::Answered { status, .. } => format!("Amazon answered {status}"),
        Reply::TimedOut => "No answer in time".to_owned(),
        Reply::Unreachable { .. } => "Amazon could not be reached".to_owned(),
    };
    (state, said)
}

fn answer(reply: &Reply) -> AnyView {
    match reply {
        Reply::TimedOut => ().into_any(),
        Reply::Unreachable { error } => view! { <p class="card-body">{long(error)}</p> }.into_any(),
        Reply::Answered { headers, body, .. } => {
            let body = match body.as_str() {
                "" => view! { <p class="quiet">"The body is empty."</p> }.into_any(),
                // The pixel's picture, or what a proxy made of it.
                body if body.contains('\0') => {
                    view! { <p class="quiet">"The body is not text."</p> }.into_any()
                }
                body => {
                    view! { <pre class="live-body" dir="ltr">{block(body).into_owned()}</pre> }.into_any()
                }
            };
            view! { <div class="card-body">{terms(headers)} {body}</div> }.into_any()
        }
    }
}

/// Nothing yet, or another try.
fn what_follows(request: &RequestView) -> Option<AnyView> {
    match (request.outcome, request.next_at) {
        (Outcome::Retrying, Some(at)) => Some(
            view! {
                <p class="live-nothing">
                    {format!("Try {} follows at ", request.attempts.len() + 1)} <Time at=at style=TimeStyle::Second />
                </p>
            }
            .into_any(),
        ),
        (Outcome::Pending, _) if request.attempts.is_empty() => {
            Some(view! { <p class="live-nothing">"On its way; there is no answer yet."</p> }.into_any())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_is_judged_like_the_delivery_was() {
        let answered = |status| Reply::Answered { status, headers: vec![], body: String::new() };
        for (reply, state, said) in [
            (answered(200), State::Delivered, "Amazon answered 200"),
            (answered(302), State::Delivered, "Amazon answered 302"),
            (answered(400), State::Refused, "Amazon answered 400"),
            (answered(503), State::Retrying, "Amazon answered 503"),
            (Reply::TimedOut, State::Retrying, "No answer in time"),
            (Reply::Unreachable { error: "dns".into() }, State::Retrying, "Amazon could not be reached"),
        ] {
            assert_eq!(summary(&reply), (state, said.to_owned()));
        }
    }
}
