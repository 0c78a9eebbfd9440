//! What the stories start from: plain values with round numbers.

use serde_json::json;
use server::store::Store;
use server::store::rows::*;
use tag::amazon::reply::Reply;
use tag::amazon::sync::Policy;
use tag::config::TagConfig;
use tag::outcome::Outcome;
use tag::reason::Reason;
use tag::run::{EventRequest, Param};
use tag::trace::{Effect, Step, StepId, Trace};

/// When the stories begin.
pub const NOW: i64 = 1_760_000_000_000;
pub const MINUTE: i64 = 60_000;

/// An id that sorts by `n`.
pub fn id(n: u64) -> String {
    format!("01900000-0000-7000-8000-{n:012x}")
}

pub fn user(n: u64) -> User {
    User {
        id: id(n),
        email: format!("user{n}@shop.example"),
        name: format!("User {n}"),
        role: Role::Admin,
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".into(),
        created_at: NOW,
        disabled_at: None,
        two_step_since: None,
    }
}

/// As the first version stored an administrator.
pub const OLD_USER: &str = "insert into users (id, email, name, role, password_hash, created_at)
                            values ($1, $2, $3, 'admin', $4, $5)";

/// What a database of migration 12 may hold: a published tag, and an event whose delivery was tried once.
pub fn old_history() -> Vec<String> {
    let tag = tag(2);
    let config = serde_json::to_string(&tag.draft).unwrap();
    let version = Version {
        id: id(3),
        tag_id: tag.id.clone(),
        number: 1,
        tag_name: tag.name.clone(),
        config: tag.draft,
        published_at: NOW,
        published_by: "Ada".into(),
        note: String::new(),
        content_hash: String::new(),
        copy_of: None,
    };
    let event = Shop { source: source(1), version }.event(0x100, NOW, 1);
    let run = &event.runs[0];
    let delivery = &run.deliveries[0];
    let request = serde_json::to_string(&delivery.request).unwrap();
    let trace = serde_json::to_string(&run.trace).unwrap();
    let reply = serde_json::to_string(&Reply::TimedOut).unwrap();
    let (source, tag, version, event) = (id(1), id(2), id(3), &event.id);
    let (run, delivery) = (&run.id, &delivery.id);
    vec![
        format!(
            "insert into sources (id, name, kind, write_key, created_at)
             values ('{source}', 'Shop 1', 'website', 'wk_1', {NOW})"
        ),
        format!(
            "insert into tags (id, name, draft, revision, created_at, edited_at, edited_by)
             values ('{tag}', 'Tag 2', '{config}', 1, {NOW}, {NOW}, 'Ada')"
        ),
        format!(
            "insert into versions (id, tag_id, number, tag_name, config, published_at, published_by)
             values ('{version}', '{tag}', 1, 'Tag 2', '{config}', {NOW}, 'Ada')"
        ),
        format!("update tags set live_version_id = '{version}'"),
        format!(
            "insert into events (id, source_id, received_at, event_name, event_id, test, data, request)
             select '{event}', '{source}', {NOW}, 'purchase', '1', 1 = 2, '{{}}', '{{}}'"
        ),
        format!(
            "insert into runs (id, event_id, received_at, source_id, version_id, tag_id, outcome, reason)
             values ('{run}', '{event}', {NOW}, '{source}', '{version}', '{tag}', 'retrying',
                     'vendor.transient.timeout')"
        ),
        format!("insert into run_traces (run_id, trace) values ('{run}', '{trace}')"),
        format!(
            "insert into deliveries (id, run_id, position, accepted_at, state, outcome, reason, next_at, attempts)
             values ('{delivery}', '{run}', 0, {NOW}, 'waiting', 'retrying', 'vendor.transient.timeout', {NOW}, 1)"
        ),
        format!("insert into delivery_requests (delivery_id, request) values ('{delivery}', '{request}')"),
        format!(
            "insert into attempts (delivery_id, number, started_at, latency_ms, reply)
             values ('{delivery}', 1, {NOW}, 9, '{reply}')"
        ),
    ]
}

/// Expects what [`old_history`] put there, and that it goes on.
pub async fn goes_on(store: &dyn Store) {
    let version = store.version(&id(2), 1).await.unwrap().unwrap();
    assert_eq!((version.note.as_str(), version.content_hash.len()), ("", 64));
    assert_eq!(store.tag(&id(2)).await.unwrap().unwrap().live, Some(version));
    assert!(store.pause_tag(&id(2), "Ada", NOW).await.unwrap());
    let claimed = store.claim(NOW, "a", NOW + MINUTE, 9).await.unwrap().remove(0);
    assert_eq!((claimed.attempts, claimed.stopped), (1, Some(Reason::Paused)));
    store.settle(&[hold(&claimed)]).await.unwrap();
    let detail = store.run(&claimed.run_id).await.unwrap().unwrap();
    assert_eq!(detail.row.outcome, Outcome::Held);
    assert_eq!(detail.deliveries[0].attempts.len(), 1, "what belongs to the delivery is still there");
    assert_eq!(store.held(&id(2)).await.unwrap().deliveries, 1, "it knows its tag");
    assert_eq!(store.forget_events(i64::MAX, 9).await.unwrap().events, 1);
    assert_eq!(store.run(&claimed.run_id).await.unwrap(), None);
}

/// A session of the user.
pub fn session(id_hash: &[u8], user_id: Option<&str>, expires_at: i64) -> SessionRow {
    SessionRow {
        id_hash: id_hash.to_vec(),
        user_id: user_id.map(str::to_owned),
        data: vec![0, 159, 146, 150, b'{'],
        created_at: NOW,
        seen_at: NOW,
        address: "203.0.113.x".into(),
        expires_at,
    }
}

/// An entry of the audit log.
pub fn entry(n: u64) -> AuditEntry {
    AuditEntry {
        id: id(n),
        at: NOW + i64::try_from(n).unwrap(),
        area: "people".into(),
        act: "people.invited".into(),
        person_id: Some(id(1)),
        person_name: "Ada".into(),
        via: "browser".into(),
        subject_id: Some(id(2)),
        subject_name: "bob@shop.example".into(),
        address: "203.0.113.7".into(),
        details: json!({ "role": "editor" }),
    }
}

/// The first user, an administrator, and more of them.
pub async fn users(store: &dyn Store, count: u64) {
    store.put_setup_token(b"setup", NOW + MINUTE).await.unwrap();
    assert!(store.create_first_user(&user(1), b"setup", NOW).await.unwrap());
    for n in 2..=count {
        let user = User { role: Role::Viewer, ..user(n) };
        let invite = Invite {
            id: id(100 + n),
            email: user.email.clone(),
            role: user.role,
            created_at: NOW,
            created_by: "User 1".into(),
            expires_at: NOW + MINUTE,
        };
        assert!(store.create_invite(&invite, &n.to_be_bytes()).await.unwrap());
        assert!(store.accept_invite(&user, &n.to_be_bytes(), NOW).await.unwrap());
    }
}

pub fn source(n: u64) -> Source {
    Source {
        id: id(n),
        name: format!("Shop {n}"),
        kind: SourceKind::Website,
        write_key: format!("wk_{n}"),
        old_key: None,
        origins: vec![format!("https://shop{n}.example")],
        created_at: NOW,
        revision: 1,
    }
}

pub fn tag(n: u64) -> TagRecord {
    TagRecord {
        id: id(n),
        name: format!("Tag {n}"),
        draft: TagConfig { tag_ids: vec!["2f5a1b".into()], ..TagConfig::default() },
        revision: 1,
        created_at: NOW,
        edited_at: NOW,
        edited_by: "Ada".into(),
        live: None,
        paused: None,
    }
}

/// The publication of a draft, whatever is live.
pub fn publishing<'a>(
    tag_id: &'a str,
    revision: i64,
    version_id: &'a str,
    by: &'a str,
    now: i64,
) -> Publishing<'a> {
    Publishing { tag_id, revision, live: None, version_id, note: "", by, now }
}

/// A source and a published tag, to send events to.
#[derive(Clone)]
pub struct Shop {
    pub source: Source,
    pub version: Version,
}

impl Shop {
    /// Its rows take ids from `n` on, three of them.
    pub async fn open(store: &dyn Store, n: u64) -> Self {
        let (source, tag) = (source(n), tag(n + 1));
        store.create_source(&source).await.unwrap();
        store.create_tag(&tag).await.unwrap();
        let version = published(store.publish(publishing(&tag.id, 1, &id(n + 2), "Ada", NOW)).await.unwrap());
        Self { source, version }
    }

    /// An event with one run and so many deliveries. Its rows take ids from `n` on, sixteen of them.
    pub fn event(&self, n: u64, received_at: i64, deliveries: u64) -> AcceptedEvent {
        AcceptedEvent {
            id: id(n),
            source_id: self.source.id.clone(),
            received_at,
            event_name: "purchase".into(),
            event_id: Some(format!("order-{n}")),
            dedupe: None,
            test: false,
            data: json!({ "event_name": "purchase", "value": 129.95, "items": [{ "item_id": "sku-1" }] }),
            request: json!({ "method": "POST", "path": "/events" }),
            runs: vec![AcceptedRun {
                id: id(n + 1),
                version_id: Some(self.version.id.clone()),
                event_out: Some("Off-AmazonPurchases".into()),
                outcome: if deliveries == 0 { Outcome::Skipped } else { Outcome::Pending },
                reason: (deliveries == 0).then_some(Reason::UnmappedName),
                value: Some("129.95".into()),
                currency: Some("EUR".into()),
                trace: Trace {
                    steps: vec![Step::new(StepId::Named, Effect::Changed, "purchase is Off-AmazonPurchases")],
                },
                deliveries: (0..deliveries).map(|place| delivery(n + 2 + place)).collect(),
            }],
        }
    }
}

/// Of an odd `n`, with something to hide.
fn delivery(n: u64) -> AcceptedDelivery {
    let request = EventRequest {
        tag_id: format!("tag-{n}"),
        endpoint: "https://s.amazon-adsystem.com/iu3".into(),
        params: vec![Param {
            name: "pid".into(),
            value: n.to_string(),
            origin: "Tag IDs, first of 1".into(),
            field: Some("tag_ids.0".into()),
        }],
        token: None,
        sync: Policy::default(),
    };
    let exact = request.with_token(Some(Param::new("amznToken", format!("canary-{n}"), "x")));
    let shown = request.with_token(Some(Param::new("amznToken", "***", "x")));
    let (request, sealed) = if n % 2 == 1 { (shown, Some(exact)) } else { (request, None) };
    AcceptedDelivery { id: id(n), request, sealed, log: None }
}

/// What a delivery has to send.
pub fn exact(delivery: &AcceptedDelivery) -> EventRequest {
    delivery.sealed.as_ref().unwrap_or(&delivery.request).clone()
}

/// What an event waits for to be a duplicate of.
pub fn dedupe(key: &str, expires_at: i64) -> Option<Dedupe> {
    Some(Dedupe { key: key.into(), expires_at })
}

/// The end of a claimed delivery's next try.
pub fn settlement(claimed: &Claimed, end: End) -> Settlement {
    let (outcome, reason, next_at, status) = match end {
        End::Delivered => (Outcome::Delivered, Reason::Accepted, None, 200),
        End::Refused => (Outcome::Refused, Reason::RefusedStatus, None, 403),
        End::GivenUp => (Outcome::GivenUp, Reason::GivenUp, None, 503),
        End::RetryAt(at) => (Outcome::Retrying, Reason::TransientStatus, Some(at), 503),
    };
    let number = claimed.attempts + 1;
    Settlement {
        delivery_id: claimed.id.clone(),
        lease: claimed.lease.clone(),
        attempt: Some(Attempt {
            number,
            started_at: claimed.accepted_at + number,
            latency_ms: 40 + number,
            reply: Reply::Answered {
                status,
                headers: vec![("content-type".into(), "image/gif".into())],
                body: String::new(),
            },
            steps: vec![Step::new(StepId::Sent, Effect::Changed, format!("Try {number}"))],
        }),
        outcome,
        reason,
        next_at,
    }
}

/// What a worker does with a delivery whose tag is stopped.
pub fn hold(claimed: &Claimed) -> Settlement {
    Settlement {
        delivery_id: claimed.id.clone(),
        lease: claimed.lease.clone(),
        attempt: None,
        outcome: Outcome::Held,
        reason: claimed.stopped.unwrap_or(Reason::Paused),
        next_at: None,
    }
}

#[derive(Clone, Copy, Debug)]
pub enum End {
    Delivered,
    Refused,
    GivenUp,
    RetryAt(i64),
}

pub fn published(saved: Saved<Version>) -> Version {
    match saved {
        Saved::Done(version) => version,
        other => panic!("not published: {other:?}"),
    }
}
