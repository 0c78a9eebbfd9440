//! The whole server on a socket, as people at a browser meet it. Redirects are not followed and cookies are
//! kept by hand, so that a test sees each of them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Method, RequestBuilder, Response};
use server::clock::ManualClock;
use server::config::Config;
use server::deliver::Transport;
use server::deliver::transport::{Received, Request};
use server::ids::SeededIds;
use server::lifecycle::Lifecycle;
use server::seal::Seal;
use server::state::{Server, World};
use server::store::rows::{ApiToken, AuditFilter, Scope};
use server::store::{self, Store};
use server::{admin, http, router};
use tag::amazon::reply::Reply;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::app::NOW;

pub const EMAIL: &str = "mara@shop.example";
pub const PASSWORD: &str = "seven green bottles hang";

pub struct Site {
    pub base: String,
    pub store: Arc<dyn Store>,
    pub clock: Arc<ManualClock>,
    client: reqwest::Client,
    pub directory: TempDir,
}

/// Nothing is delivered here: other tests are about that.
struct NoTransport;

#[async_trait]
impl Transport for NoTransport {
    async fn send(&self, _: &Request) -> Received {
        Reply::Unreachable { error: "this test sends nothing".into() }.into()
    }
}

impl Site {
    pub async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("sidetag.db").display());
        let config = Config::load(None, &[], false).unwrap();
        let clock = Arc::new(ManualClock::new(NOW));
        let store = store::open(&url).await.unwrap();
        let world = World {
            store: Arc::clone(&store),
            clock: clock.clone(),
            ids: Arc::new(SeededIds::new(1)),
            transport: Arc::new(NoTransport),
            site: None,
            seal: Seal::new([7; 32], Arc::new(SeededIds::new(3))),
        };
        let lifecycle = Lifecycle::default();
        let (server, _) = Server::assemble(&config, world, lifecycle.clone(), false).await.unwrap();
        let listener = TcpListener::bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let limits = http::Limits {
            header_timeout: Duration::from_secs(5),
            max_connections: 100,
            grace: Duration::from_secs(1),
        };
        let router = router::router(&server, Duration::from_secs(30));
        tokio::spawn(http::serve(listener, router, limits, lifecycle));
        Self { base, store, clock, client: super::app::client(), directory }
    }

    /// A setup token, as the start prints it.
    pub async fn setup_token(&self) -> String {
        let ids = SeededIds::new(7);
        admin::setup::new_token(&*self.store, &*self.clock, &ids, 60).await.unwrap().unwrap()
    }

    /// A page, as a browser asks for it.
    pub async fn page(&self, path: &str, cookie: Option<&str>) -> Response {
        let request = self.client.get(format!("{}{path}", self.base)).header("accept", "text/html");
        let request = match cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        request.send().await.unwrap()
    }

    /// A server function, as the browser part of a page of this site calls it.
    pub async fn call(&self, path: &str, form: &[(&str, &str)], cookie: Option<&str>) -> Response {
        self.call_from(&self.base, path, form, cookie).await
    }

    /// The same from a page of `origin`.
    pub async fn call_from(
        &self,
        origin: &str,
        path: &str,
        form: &[(&str, &str)],
        cookie: Option<&str>,
    ) -> Response {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let request = self
            .client
            .request(Method::POST, format!("{}{path}", self.base))
            .header("origin", origin)
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.finish());
        let request = match cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        request.send().await.unwrap()
    }

    /// A form of `page`, as a browser without the browser part posts it.
    pub async fn post(
        &self,
        page: &str,
        path: &str,
        form: &[(&str, &str)],
        cookie: Option<&str>,
    ) -> Response {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let request = self
            .client
            .request(Method::POST, format!("{}{path}", self.base))
            .header("origin", &self.base)
            .header("referer", format!("{}{page}", self.base))
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.finish());
        let request = match cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        request.send().await.unwrap()
    }

    /// Creates the first administrator; returns their session's cookie.
    pub async fn set_up(&self) -> String {
        let token = self.setup_token().await;
        let form = [("token", token.as_str()), ("name", "Mara"), ("email", EMAIL), ("password", PASSWORD)];
        let response = self.call("/ui/setup/create", &form, None).await;
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
        session_cookie(&response).expect("a session")
    }

    /// Makes an invitation as an administrator would, and reads the token out of the page that shows it once.
    pub async fn invite(&self, admin: &str, email: &str, role: &str) -> String {
        let form = [("email", email), ("role", role)];
        let response = self.call("/ui/people/invite", &form, Some(admin)).await;
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
        let page = self.text("/settings/people", admin).await;
        between(&page, "/invite?token=", "<").expect("a link").to_owned()
    }

    /// Accepts an invitation; returns the session's cookie.
    pub async fn accept(&self, token: &str, name: &str) -> String {
        let form = [("token", token), ("name", name), ("password", PASSWORD)];
        let response = self.call("/ui/account/accept-invite", &form, None).await;
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
        session_cookie(&response).expect("a session")
    }

    /// A new person with this role: `viewer` is viewer@shop.example, and so on. Returns their cookie.
    pub async fn person(&self, admin: &str, role: &str) -> String {
        let token = self.invite(admin, &format!("{role}@shop.example"), role).await;
        self.accept(&token, role).await
    }

    /// A page's text.
    pub async fn text(&self, path: &str, cookie: &str) -> String {
        self.page(path, Some(cookie)).await.text().await.unwrap()
    }

    /// Whether the cookie still opens pages.
    pub async fn is_open(&self, cookie: &str) -> bool {
        self.page("/tags", Some(cookie)).await.status() == 200
    }

    /// The API, called with a token.
    pub async fn api(&self, path: &str, token: &str) -> Response {
        let request = self.client.get(format!("{}/api/v1{path}", self.base));
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        request.send().await.unwrap()
    }

    /// A request to the API, still to be signed and sent.
    pub fn api_request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.base))
    }

    /// A token made as on the command line.
    pub async fn token(&self, scope: Scope) -> String {
        let secret = format!("sidetag_{}_{}", scope.name(), self.store.api_tokens().await.unwrap().len());
        let token = ApiToken {
            id: format!("token-{secret}"),
            name: scope.name().into(),
            scope,
            owner_id: None,
            created_at: NOW,
            expires_at: i64::MAX,
            last_used_at: None,
            revoked_at: None,
        };
        self.store.create_api_token(&token, &admin::api::token::hash(&secret)).await.unwrap();
        secret
    }

    /// The acts in the audit log, newest first.
    pub async fn acts(&self) -> Vec<String> {
        let filter = AuditFilter { limit: 1000, ..AuditFilter::default() };
        self.store.audit(&filter).await.unwrap().into_iter().map(|entry| entry.act).collect()
    }

    pub async fn sign_in(&self, email: &str, password: &str, cookie: Option<&str>) -> Response {
        self.call("/ui/account/sign-in", &[("email", email), ("password", password)], cookie).await
    }
}

/// `name=value` of the session cookie that an answer sets.
pub fn session_cookie(response: &Response) -> Option<String> {
    let cookies = response.headers().get_all("set-cookie");
    let cookie =
        cookies.iter().filter_map(|cookie| cookie.to_str().ok()).find(|c| c.starts_with("sidetag="))?;
    cookie.split(';').next().map(str::to_owned)
}

/// What stands between two marks, the first time.
pub fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}
