//! What stands between a browser and the interface: who calls, where a request came from, and which headers
//! every page carries.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use app::error::UiError;
use app::guard::{Actor, Caller, Via};
use app::views::Person;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use leptos::prelude::{provide_context, use_context};
use tower_sessions::Session;

use super::api::Problem;
use super::own_session::OwnSession;
use crate::state::Server;

/// The person behind the request, for everything further in.
#[derive(Clone)]
pub struct Known(pub Option<Person>);

/// Finds out who calls and sends guests to the sign-in page.
pub async fn identify(
    State(server): State<Arc<Server>>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let person = match server.sessions.person(&session).await {
        Ok(person) => person,
        Err(error) => {
            tracing::error!(%error, "cannot tell who calls");
            return unavailable();
        }
    };
    let path = request.uri().path();
    let is_page = matches!(*request.method(), Method::GET) && !path.starts_with("/ui/");
    let open = matches!(path, "/sign-in" | "/sign-in/code" | "/setup" | "/invite");
    if person.is_none() && is_page && !open {
        match server.store.has_users().await {
            Ok(true) => return Redirect::to(&sign_in_address(request.uri())).into_response(),
            Ok(false) => return Redirect::to("/setup").into_response(),
            Err(error) => {
                tracing::error!(%error, "cannot tell whether Sidetag is set up");
                return unavailable();
            }
        }
    }
    request.extensions_mut().insert(Known(person));
    next.run(request).await
}

fn sign_in_address(uri: &Uri) -> String {
    match uri.path_and_query().map(http::uri::PathAndQuery::as_str) {
        None | Some("/") => "/sign-in".into(),
        Some(next) => {
            let query: String =
                form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            format!("/sign-in?{query}")
        }
    }
}

fn unavailable() -> Response {
    let text = "The database does not answer. Sidetag keeps trying; load this page again in a moment.";
    (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "5")], text).into_response()
}

/// Refuses changes that another site's page asks for. SameSite=Strict is the first lock, this the second.
pub async fn refuse_foreign(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_own(request.headers()) {
        return next.run(request).await;
    }
    let text = "This request did not come from Sidetag’s own pages, so nothing was changed. Behind a proxy, make \
                sure that it passes the Host header on.";
    (StatusCode::FORBIDDEN, text).into_response()
}

/// Whether the headers say that the request came from a page of this site. Browsers send at least one of the
/// two with every POST; a caller that sends neither has no business with the interface.
fn is_own(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    match (host, origin.and_then(|origin| origin.split_once("://"))) {
        (Some(host), Some((_, authority))) => authority.eq_ignore_ascii_case(host),
        _ => false,
    }
}

/// Headers for every answer of the interface.
pub async fn harden(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    );
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    if server.public_url.starts_with("https:") {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// The caller of a request that went through [`identify`].
pub fn caller(server: &Server, parts: &Parts) -> Option<Caller> {
    let session = parts.extensions.get::<Session>().cloned()?;
    let person = parts.extensions.get::<Known>().and_then(|known| known.0.clone());
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let ip = server.client_ip(peer, &parts.headers);
    let address = ip.map(|ip| ip.to_string()).unwrap_or_default();
    let network = ip.map(network).unwrap_or_default();
    Some(Caller {
        actor: person.map(|person| Actor {
            person,
            via: Via::Browser,
            address: address.clone(),
            rehearses: false,
        }),
        session: Arc::new(OwnSession::new(session, server.sessions.clone(), network)),
        backend: server.backend.clone(),
        address,
        public_url: server.public_url(&parts.headers),
    })
}

/// An address without the part that names one machine: enough to tell home from office.
fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.x")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:x")
        }
    }
}

/// Who calls the API with a session. A change counts only when a page of this site asks for it.
pub async fn actor(server: &Server, parts: &Parts) -> Result<Actor, Problem> {
    let session = parts.extensions.get::<Session>().ok_or_else(Problem::signed_out)?;
    let person = match server.sessions.person(session).await {
        Ok(person) => person.ok_or_else(Problem::signed_out)?,
        Err(error) => {
            tracing::error!(%error, "cannot tell who calls");
            return Err(UiError::Unavailable.into());
        }
    };
    if !parts.method.is_safe() && !is_own(&parts.headers) {
        return Err(Problem::foreign());
    }
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let ip = server.client_ip(peer, &parts.headers);
    let address = ip.map(|ip| ip.to_string()).unwrap_or_default();
    Ok(Actor { person, via: Via::Browser, address, rehearses: false })
}

/// Gives each page and server function its caller, and the page its content security policy.
pub fn provide(server: &Server) {
    let Some(parts) = use_context::<Parts>() else { return };
    let Some(caller) = caller(server, &parts) else { return };
    provide_context(caller);
    if let (Some(nonce), Some(options)) =
        (leptos::nonce::use_nonce(), use_context::<leptos_axum::ResponseOptions>())
    {
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' \
             'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
             form-action 'self'; frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            options.insert_header(CONTENT_SECURITY_POLICY, policy);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn only_this_sites_own_pages_may_change_anything() {
        let own = [
            &[("sec-fetch-site", "same-origin")][..],
            &[("host", "tags.example"), ("origin", "https://tags.example")],
            &[("host", "localhost:8484"), ("origin", "http://localhost:8484")],
        ];
        let foreign = [
            &[][..],
            &[("sec-fetch-site", "cross-site"), ("host", "tags.example"), ("origin", "https://tags.example")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("host", "tags.example"), ("origin", "https://evil.example")],
            &[("host", "tags.example"), ("origin", "null")],
            &[("host", "tags.example"), ("origin", "https://tags.example:444")],
            &[("host", "tags.example")],
        ];
        for pairs in own {
            assert!(is_own(&headers(pairs)), "{pairs:?}");
        }
        for pairs in foreign {
            assert!(!is_own(&headers(pairs)), "{pairs:?}");
        }
    }

    #[test]
    fn a_shortened_address_names_no_machine() {
        for (ip, short) in [
            ("203.0.113.7", "203.0.113.x"),
            ("::ffff:203.0.113.7", "203.0.113.x"),
            ("2001:db8:1:2::3", "2001:db8:1:x"),
        ] {
            assert_eq!(network(ip.parse().unwrap()), short);
        }
    }

    #[test]
    fn signing_in_leads_back_to_the_page_asked_for() {
        assert_eq!(sign_in_address(&Uri::from_static("/")), "/sign-in");
        assert_eq!(
            sign_in_address(&Uri::from_static("/live/1?tab=why&x=y")),
            "/sign-in?next=%2Flive%2F1%3Ftab%3Dwhy%26x%3Dy"
        );
    }
}
