//! A recorded run, run again by us: settings through the importer, the event through the run, Amazon's recorded
//! answers back into it.

use serde::Serialize;
use serde_json::{Value, json};
use tag::amazon::Endpoints;
use tag::amazon::reply::{Reply, Verdict, read};
use tag::amazon::sync::{self, Next, Redirect};
use tag::config::{TagConfig, check};
use tag::context::{Browser, Context, NoSites, Sites};
use tag::cookie::SetCookie;
use tag::gtm;
use tag::log::{self, About, Record};
use tag::reason::Reason;
use tag::run::{Decision, EventRequest, Param, Plan, run};
use tag::trace::Trace;

use super::vector::Vector;

/// What came of it, in the vectors' terms.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Replayed {
    pub(crate) outcome: &'static str,
    pub(crate) token_request: Option<Value>,
    pub(crate) event_requests: Vec<String>,
    pub(crate) cookies: Vec<Value>,
    pub(crate) browser_pixels: Vec<String>,
    pub(crate) console: Vec<Value>,
    pub(crate) bigquery: Vec<Value>,
    /// Why nothing was sent: the reason's code, or `config` when the settings make no tag.
    pub(crate) stopped: Option<&'static str>,
    /// The parameters of each event request.
    #[serde(skip)]
    pub(crate) params: Vec<Vec<Param>>,
    /// The trace as it would be stored and shown.
    #[serde(skip)]
    pub(crate) trace: Trace,
}

/// One thing that is not as it was recorded.
pub(crate) struct Difference {
    pub(crate) what: &'static str,
    pub(crate) theirs: Value,
    pub(crate) ours: Value,
}

pub(crate) fn replay(vector: &Vector, sites: &dyn Sites) -> Replayed {
    let input = &vector.input;
    let config = gtm::template(&input.tag).config;
    let Ok(tag) = check(&config).tag else {
        return Replayed { outcome: "failure", stopped: Some("config"), ..Replayed::default() };
    };
    let headers: Vec<(String, String)> =
        input.headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect();
    let cookies: Vec<(String, String)> = input
        .cookies
        .iter()
        .flat_map(|(name, values)| values.iter().map(|value| (name.clone(), value.clone())))
        .collect();
    let endpoints = Endpoints::default();
    let browser = Browser { headers: &headers, cookies: &cookies, query: "" };
    let context = Context {
        now_ms: input.now_ms,
        endpoints: &endpoints,
        browser,
        sites,
        pixels: input.pixel_supported,
        preview: input.preview,
    };
    let run = run(&tag, &input.event, context);
    let own_name = input.event.0.get("event_name").and_then(Value::as_str);
    let about = About {
        time_ms: input.now_ms,
        event_name: run.event_out.as_deref().or(own_name),
        trace_id: log::trace_id(browser),
    };
    let mut replayed = Replayed { outcome: "success", trace: run.trace, ..Replayed::default() };
    let mut records = vec![];
    match run.decision {
        Decision::Skip(skipped) => {
            let reason = skipped.reason;
            replayed.stopped = Some(reason.code());
            let wrong = !matches!(
                reason,
                Reason::ConsentDenied
                    | Reason::ConsentUnknown
                    | Reason::NotTriggered
                    | Reason::PreviewTraffic
            );
            if wrong && !config.optimistic {
                replayed.outcome = "failure";
            }
            records.extend(about.not_sent(reason, &skipped.subject));
        }
        Decision::Send(plan) => {
            let (token, cookies) = replayed.ask(vector, &plan, about, &mut records);
            replayed.cookies = cookies.iter().chain(&plan.cookies).map(cookie).collect();
            for request in &plan.requests {
                let request = request.with_token(token.clone());
                replayed.send(vector, &request, about, &endpoints, &mut records);
            }
            if config.optimistic {
                replayed.outcome = "success";
            }
        }
    }
    replayed.log(&config, input.preview, &records);
    replayed
}

/// What comes of a recorded run, given as a line of JSON, in text that another machine must come to as well.
/// Without the public suffix list, which is no part of the engine.
pub(crate) fn line(vector: &str) -> String {
    let replayed = replay(&serde_json::from_str(vector).unwrap(), &NoSites);
    serde_json::to_string(&(&replayed, &replayed.params, &replayed.trace)).unwrap()
}

impl Replayed {
    /// Asks for the token, once for all tag IDs.
    fn ask(
        &mut self,
        vector: &Vector,
        plan: &Plan,
        about: About<'_>,
        records: &mut Vec<Record>,
    ) -> (Option<Param>, Vec<SetCookie>) {
        let Some(ask) = plan.requests.first().and_then(|request| request.token.as_ref()) else {
            return (None, vec![]);
        };
        let body: Value = serde_json::from_str(&ask.request.body).unwrap();
        let headers = json!({"Content-Type": "application/json"});
        self.token_request =
            Some(json!({"url": ask.request.url, "method": "POST", "headers": headers, "body": body}));
        let reply = vector.input.upstream.envelope.reply();
        records.push(about.token_request(&ask.request.url, &body));
        records.push(about.token_reply(&reply));
        let answered = ask.answered(&reply, vector.input.now_ms);
        self.trace.steps.push(answered.step);
        (answered.param, answered.cookies)
    }

    fn send(
        &mut self,
        vector: &Vector,
        request: &EventRequest,
        about: About<'_>,
        endpoints: &Endpoints,
        records: &mut Vec<Record>,
    ) {
        let url = request.url();
        let reply = vector.answer(&request.tag_id);
        records.push(about.request(&request.tag_id, &url));
        records.push(about.reply(&request.tag_id, &reply));
        self.event_requests.push(url.clone());
        self.params.push(request.params.clone());
        if !matches!(read(&reply), Verdict::Delivered(_)) {
            self.outcome = "failure";
        }
        let Reply::Answered { status, headers, .. } = &reply else { return };
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let Some(redirect) = Redirect::of(*status, headers) else { return };
        match sync::next(&redirect, &url, request.sync, endpoints) {
            Next::Browser { pixel } => self.browser_pixels.push(pixel),
            Next::Left(Reason::SyncUnsupported) => records.push(about.sync_unsupported(&request.tag_id)),
            Next::Left(_) | Next::Follow(_) => {}
        }
    }

    fn log(&mut self, config: &TagConfig, preview: bool, records: &[Record]) {
        if config.logs.console.takes(preview) {
            self.console = records.iter().map(Record::console).collect();
        }
        if config.logs.bigquery.is_some() {
            self.bigquery = records.iter().map(Record::row).collect();
        }
    }

    /// What differs from the recording; nothing when we agree.
    pub(crate) fn differences(&self, vector: &Vector) -> Vec<Difference> {
        let expected = &vector.expected;
        let mut differences = vec![];
        let mut compare = |what: &'static str, theirs: Value, ours: Value| {
            if theirs != ours {
                differences.push(Difference { what, theirs, ours });
            }
        };
        compare("outcome", json!(expected.outcome), json!(self.outcome));
        compare("token request", json!(expected.token_request), json!(self.token_request));
        let ours: Vec<String> = self.event_requests.iter().map(|url| without_ours(url)).collect();
        compare("event requests", json!(expected.event_requests), json!(ours));
        let cookies: Vec<Value> = expected.cookies.iter().map(|known| json!(known)).collect();
        compare("cookies", json!(cookies), json!(self.cookies));
        compare("browser pixels", json!(expected.browser_pixels), json!(self.browser_pixels));
        compare("console", sorted(expected.console.clone()), sorted(self.console.clone()));
        let rows = expected.bigquery.iter().flat_map(|insert| insert.rows.clone()).map(repaired).collect();
        compare("BigQuery", sorted(rows), sorted(self.bigquery.clone()));
        differences
    }
}

/// A request without the parameters that the template does not have.
fn without_ours(url: &str) -> String {
    let Some((endpoint, query)) = url.split_once('?') else { return url.to_owned() };
    let theirs: Vec<&str> =
        query.split('&').filter(|parameter| !parameter.starts_with("amazonConsentString=")).collect();
    format!("{endpoint}?{}", theirs.join("&"))
}

fn cookie(cookie: &SetCookie) -> Value {
    json!({
        "name": cookie.name,
        "value": cookie.value,
        "options": {
            "domain": cookie.domain.as_deref().unwrap_or("auto"),
            "sameSite": "strict",
            "path": "/",
            "secure": true,
            "httpOnly": cookie.http_only,
            "max-age": cookie.max_age_s,
        },
    })
}

/// Answers arrive in any order, so records of several tag IDs do too.
fn sorted(mut records: Vec<Value>) -> Value {
    for record in &mut records {
        for key in ["RequestUrl", "request_url"] {
            if let Some(Value::String(url)) = record.get_mut(key) {
                *url = without_ours(url);
            }
        }
    }
    records.sort_by_key(Value::to_string);
    records.into()
}

/// A row without the template's two slips (Q45, Q46): a body that is JSON twice, and two names in capitals.
fn repaired(row: Value) -> Value {
    let Value::Object(row) = row else { return row };
    let repair = |(name, value): (String, Value)| match name.as_str() {
        "Message" => ("message".to_owned(), value),
        "Reason" => ("reason".to_owned(), value),
        "response_body" => {
            let once = value.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or(value);
            (name, once)
        }
        _ => (name, value),
    };
    row.into_iter().map(repair).collect()
}
