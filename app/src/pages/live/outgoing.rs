//! *Outgoing*: the exact requests, their parameters decoded, and where each value came from.

use leptos::prelude::*;
use tag::amazon::envelope::TokenRequest;
use tag::run::Param;

use super::data::long;
use super::incoming::content;
use super::text::line;
use super::why::setting;
use super::words;
use crate::components::code::CopyButton;
use crate::components::status::{State, status};
use crate::views::{RequestView, RunView};

/// A longer address is cut on the screen; it is copied whole.
const URL_SHOWN: usize = 400;

pub(super) fn requests(run: &RunView) -> AnyView {
    if run.requests.is_empty() {
        return view! {
            <p class="live-nothing">"No request left this server. " <a href="?tab=why">"See why"</a></p>
        }
        .into_any();
    }
    let tag_id = run.row.tag.as_ref().map(|tag| tag.id.as_str());
    let of = run.requests.len();
    let requests = run.requests.iter().enumerate().map(|(index, request)| {
        view! {
            <section class="live-request">
                {title(request, index + 1, of)} {request.token.as_ref().map(token)}
                {address(&request.url)}
                {parameters(&request.params, tag_id)}
            </section>
        }
    });
    view! {
        <p class="live-note">
            <span class="quiet">"As it is sent. Tokens, and what is personal, are masked; hashes are not."</span>
        </p>
        {requests.collect_view()}
    }
    .into_any()
}

/// What Amazon is asked first.
fn token(request: &TokenRequest) -> AnyView {
    view! {
        <h3>"First, for the token"</h3>
        <p class="live-body" dir="ltr">
            <b>"POST "</b>
            {line(&request.url).into_owned()}
        </p>
        {content(&request.body)}
        <h3>"Then the event"</h3>
    }
    .into_any()
}

/// Which request, when there are several.
pub(super) fn title(request: &RequestView, number: usize, of: usize) -> Option<AnyView> {
    let state = State::from(request.outcome);
    (of > 1).then(|| {
        view! {
            <h3 class="live-request-title">
                {format!("Request {number} of {of}")}
                <code class="cut">{line(&request.tag_id).into_owned()}</code>
                {status(state, state.word())}
            </h3>
        }
        .into_any()
    })
}

fn address(url: &str) -> AnyView {
    let cut = super::text::cut_at(url, URL_SHOWN);
    let drawn = match cut {
        None => coloured(url),
        Some((at, total)) => view! {
            <details class="long">
                <summary>
                    <span class="short">{coloured(&url[..at])} "… "</span>
                    <span class="more">{format!("Show all {total} characters")}</span>
                    <span class="less">"Show less"</span>
                </summary>
                {coloured(url)}
            </details>
        }
        .into_any(),
    };
    view! {
        <figure class="code live-url">
            <figcaption>
                "GET " {words::size(url.len())} <span class="live-copies">
                    <CopyButton text=curl(url) label="Copy as curl" />
                    <CopyButton text=url.to_owned() label="Copy URL" />
                </span>
            </figcaption>
            <div class="live-url-text" dir="ltr">{drawn}</div>
        </figure>
    }
    .into_any()
}

/// The address as it was sent, its parameters' names set off.
fn coloured(url: &str) -> AnyView {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let pairs = query.into_iter().flat_map(|query| query.split('&').enumerate()).map(|(index, pair)| {
        let (name, value) = pair.split_once('=').map_or((pair, None), |(name, value)| (name, Some(value)));
        view! {
            {if index == 0 { "?" } else { "&" }}
            <span class="s">{line(name).into_owned()}</span>
            {value.map(|value| format!("={}", line(value)))}
            <wbr />
        }
    });
    view! {
        {line(base).into_owned()}
        {pairs.collect_view()}
    }
    .into_any()
}

/// For a POSIX shell: single quotes keep everything but themselves.
fn curl(url: &str) -> String {
    format!("curl -i '{}'", url.replace('\'', r"'\''"))
}

fn parameters(params: &[Param], tag_id: Option<&str>) -> AnyView {
    let rows = params.iter().map(|param| {
        let origin = line(&param.origin).into_owned();
        let origin = match param.field.as_deref().zip(tag_id) {
            Some((field, tag_id)) => view! { <a href=setting(tag_id, field)>{origin}</a> }.into_any(),
            None => origin.into_any(),
        };
        view! {
            <tr>
                <th scope="row">
                    <code>{line(&param.name).into_owned()}</code>
                </th>
                <td>
                    <code>{long(&param.value)}</code>
                </td>
                <td class="origin">{origin}</td>
            </tr>
        }
    });
    view! {
        <table class="live-params">
            <caption class="hidden-text">"Parameters of the request"</caption>
            <thead>
                <tr>
                    <th scope="col">"Parameter"</th>
                    <th scope="col">"Value"</th>
                    <th scope="col">"Came from"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::curl;

    #[test]
    fn a_copied_line_is_one_argument_whatever_the_address_holds() {
        assert_eq!(curl("https://a.example/?x=$(id)&y=1"), "curl -i 'https://a.example/?x=$(id)&y=1'");
        assert_eq!(curl("https://a.example/?x='; rm -r ~"), r"curl -i 'https://a.example/?x='\''; rm -r ~'");
    }
}
