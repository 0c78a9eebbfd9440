//! The HTTP edge: requests become plain values here, and values become answers.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use tag::clients;

use super::body::{self, BodyError};
use super::limits::place;
use super::reply::{Refused, messages, results, set_cookies};
use super::source::{Caller, identify, without_key};
use super::take::{Purpose, Status, Taken};
use super::{Ingest, cors};
use crate::published::Snapshot;
use crate::telemetry::metrics;

/// `POST /events`.
pub(super) async fn events(State(ingest): State<Arc<Ingest>>, request: Request) -> Response {
    let dry_run = request.headers().get("events-dry-run").is_some_and(|value| value == "1");
    let purpose = if dry_run { Purpose::DryRun } else { Purpose::Production };
    let limit = ingest.limits.events_body_bytes;
    ingest.serve(request, limit, purpose, |taken| Ok(results(&taken.items))).await
}

/// `GET` and `POST /g/collect`.
pub(super) async fn hit(State(ingest): State<Arc<Ingest>>, request: Request) -> Response {
    let limit = ingest.limits.hit_body_bytes;
    ingest.serve(request, limit, Purpose::Production, answer_hit).await
}

/// `OPTIONS` for both: what a browser asks before a request that is not simple.
pub(super) async fn preflight(State(ingest): State<Arc<Ingest>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let known = identify(&ingest.published.snapshot(), request.headers(), query, ingest.clock.now_ms());
    let mut response = StatusCode::NO_CONTENT.into_response();
    cors::preflight(response.headers_mut());
    cors::allow(response.headers_mut(), known.ok().and_then(|caller| caller.origin).as_deref());
    response
}

/// gtag.js reads pixels only from a 200; everything else is content with 204.
fn answer_hit(taken: &Taken) -> Result<Response, Refused> {
    let all_faulty = taken.items.iter().all(|item| matches!(item.status, Status::Rejected(_)));
    let first = taken.items.iter().find_map(|item| match &item.status {
        Status::Rejected(faults) => faults.first(),
        _ => None,
    });
    if let (true, Some(fault)) = (all_faulty, first) {
        return Err(Refused::Faulty(fault.clone()));
    }
    if taken.command_channel {
        let messages = messages(&taken.handed.pixels);
        return Ok((StatusCode::OK, [(CONTENT_TYPE, "text/event-stream")], messages).into_response());
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

impl Ingest {
    async fn serve(
        &self,
        request: Request,
        limit: usize,
        purpose: Purpose,
        answer: impl FnOnce(&Taken) -> Result<Response, Refused>,
    ) -> Response {
        let snapshot = self.published.snapshot();
        let query = request.uri().query().unwrap_or_default();
        let (mut response, origin) = match identify(&snapshot, request.headers(), query, self.clock.now_ms())
        {
            Err(stranger) => (refuse(stranger.into()), None),
            Ok(caller) => {
                let served = self.serve_known(&snapshot, &caller, request, limit, purpose, answer).await;
                (served.unwrap_or_else(refuse), caller.origin)
            }
        };
        cors::allow(response.headers_mut(), origin.as_deref());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    async fn serve_known(
        &self,
        snapshot: &Snapshot,
        caller: &Caller,
        request: Request,
        limit: usize,
        purpose: Purpose,
        answer: impl FnOnce(&Taken) -> Result<Response, Refused>,
    ) -> Result<Response, Refused> {
        let (parts, body) = request.into_parts();
        let client_ip = self.client_ip(&parts);
        self.pace(caller, client_ip)?;
        let body = self.read(&parts.headers, body, limit).await?;
        let request = self.request(&parts, body, client_ip);
        let mut taken = self.take(snapshot, &caller.source, request, purpose).await?;
        self.wait(&mut taken).await;
        let mut response = answer(&taken)?;
        set_cookies(response.headers_mut(), &taken.handed.cookies);
        Ok(response)
    }

    fn client_ip(&self, parts: &Parts) -> Option<IpAddr> {
        let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
        Some(self.trust.client_ip(peer.ip(), &parts.headers))
    }

    fn pace(&self, caller: &Caller, client_ip: Option<IpAddr>) -> Result<(), Refused> {
        let now = self.clock.now_ms();
        if caller.by_origin
            && let Some(ip) = client_ip
        {
            self.browsers.take(&place(ip), now).map_err(too_fast)?;
        }
        self.sources.take(&caller.source.id, now).map_err(too_fast)
    }

    async fn read(
        &self,
        headers: &HeaderMap,
        body: axum::body::Body,
        limit: usize,
    ) -> Result<Vec<u8>, Refused> {
        let ms = self.limits.body_ms;
        let bytes = tokio::select! {
            bytes = body::read(body, limit) => bytes?,
            () = self.clock.sleep(ms) => return Err(BodyError::TooSlow { ms }.into()),
        };
        let encodings =
            headers.get_all(CONTENT_ENCODING).iter().map(|value| value.to_str().unwrap_or("unreadable"));
        let encoding = encodings.collect::<Vec<_>>().join(", ");
        Ok(body::decode(&encoding, bytes, limit, self.limits.expansion)?)
    }

    /// What a client says of its own host counts no more than what it says of its own address: only proxies are
    /// believed.
    fn headers(&self, parts: &Parts) -> Vec<(String, String)> {
        let mut headers = joined(&parts.headers);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        if !peer.is_some_and(|peer| self.trust.trusts(peer)) {
            headers.retain(|(name, _)| name != "x-forwarded-host");
        }
        headers
    }

    /// The request as a plain value, without the write key.
    fn request(&self, parts: &Parts, body: Vec<u8>, client_ip: Option<IpAddr>) -> clients::Request {
        clients::Request {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: without_key(parts.uri.query().unwrap_or_default()),
            headers: self.headers(parts),
            body,
            client_ip: client_ip.filter(|ip| !ip.is_loopback() && !ip.is_unspecified()),
            received_at_ms: self.clock.now_ms(),
        }
    }
}

/// Headers by name, repeats joined. Cookies join like cookies: HTTP/2 splits them (RFC 9113 §8.2.3).
fn joined(headers: &HeaderMap) -> Vec<(String, String)> {
    let names = headers.keys().filter(|name| **name != AUTHORIZATION);
    let join = |name: &http::HeaderName| {
        let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let between = if *name == COOKIE { "; " } else { ", " };
        (name.to_string(), values.collect::<Vec<_>>().join(between))
    };
    names.map(join).collect()
}

fn too_fast(after_ms: i64) -> Refused {
    Refused::TooFast { seconds: (after_ms + 999) / 1000 }
}

fn refuse(refused: Refused) -> Response {
    metrics::rejected(refused.code(), 1);
    refused.into_response()
}
