//! Text that breaks careless storage.

use std::sync::Arc;

use serde_json::json;
use server::store::Store;
use server::store::rows::*;
use tag::amazon::reply::Reply;
use tag::config::{EventName, TagConfig};
use tag::trace::{Effect, Fact, Step, StepId};

use super::given::{self, End, MINUTE, NOW, Shop, dedupe, id, settlement};

const HOSTILE: &[&str] = &[
    "",
    "\0",
    "a\0b\0\0c",
    "\\u0000 \\x00 \\0",
    "'); drop table events; --",
    "\" ' ` $1 ? % _ \\ \\' {} []",
    "🛒👩‍👩‍👧 naïve ﷽ 漢字",
    "\u{202e}desrever\u{202c} \u{200f}שלום\u{feff}",
    "\u{1}\u{7f}\u{85}\r\n\t\u{fffe}\u{10ffff}",
    "null",
];

/// What plain text looks like after it was stored.
fn stored(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

pub async fn hostile_text_reads_back_the_same(store: &Arc<dyn Store>) {
    let large = "\0é".repeat(256 * 1024);
    let texts: Vec<&str> = HOSTILE.iter().copied().chain([large.as_str()]).collect();
    for (n, text) in (1_u64..).zip(texts) {
        let n = n * 0x1000;
        configuration(store, n, text).await;
        event(store, n + 0x100, text).await;
    }
}

async fn configuration(store: &Arc<dyn Store>, n: u64, text: &str) {
    store.create_source(&Source { name: text.into(), ..given::source(n) }).await.unwrap();
    assert_eq!(store.source(&id(n)).await.unwrap().unwrap().name, stored(text));

    let draft = TagConfig {
        tag_ids: vec![text.into()],
        event_name: EventName::Custom { name: text.into() },
        ..TagConfig::default()
    };
    let tag =
        TagRecord { name: text.into(), edited_by: text.into(), draft: draft.clone(), ..given::tag(n + 1) };
    store.create_tag(&tag).await.unwrap();
    let read = store.tag(&tag.id).await.unwrap().unwrap();
    assert_eq!((read.name, read.edited_by, read.draft), (stored(text), stored(text), draft));
}

async fn event(store: &Arc<dyn Store>, n: u64, text: &str) {
    let shop = Shop::open(&**store, n).await;
    let mut event = shop.event(n + 0x10, NOW, 1);
    event.event_name = text.into();
    event.event_id = Some(text.into());
    event.dedupe = dedupe(text, NOW + MINUTE);
    event.data = json!({ text: [text, { "nested": text }], "ordered": 1, "a": 1.5e300, "big": u64::MAX });
    event.request = json!(text);
    let run = &mut event.runs[0];
    run.event_out = Some(text.into());
    run.value = Some(text.into());
    run.currency = Some(text.into());
    let mut step = Step::new(StepId::Named, Effect::Changed, text.to_owned());
    step.inputs = vec![Fact::new(text.to_owned(), text)];
    run.trace.steps = vec![step];
    let delivery = &mut run.deliveries[0];
    delivery.request.endpoint = text.into();
    delivery.sealed = Some(delivery.request.clone());
    delivery.request.params[0].value = text.into();
    assert_eq!(store.accept(std::slice::from_ref(&event)).await.unwrap(), [Accepted::Stored]);
    let again = AcceptedEvent { id: id(n + 0xff), runs: vec![], ..event.clone() };
    assert_eq!(store.accept(&[again]).await.unwrap(), [Accepted::Duplicate]);

    let claimed = store.claim(NOW, "lease", NOW + MINUTE, 1).await.unwrap().remove(0);
    assert_eq!(Some(&claimed.request), event.runs[0].deliveries[0].sealed.as_ref());
    let mut end = settlement(&claimed, End::Delivered);
    end.attempt.as_mut().unwrap().reply =
        Reply::Answered { status: 200, headers: vec![(text.into(), text.into())], body: text.into() };
    end.attempt.as_mut().unwrap().steps = vec![Step::new(StepId::Sent, Effect::Changed, text.to_owned())];
    store.settle(std::slice::from_ref(&end)).await.unwrap();

    let detail = store.run(&event.runs[0].id).await.unwrap().unwrap();
    let row = &detail.row;
    assert_eq!(row.event_name, stored(text));
    for plain in [&row.event_out, &row.value, &row.currency] {
        assert_eq!(plain.as_deref(), Some(&*stored(text)));
    }
    assert_eq!((&detail.data, &detail.request), (&event.data, &event.request), "documents keep even NUL");
    assert_eq!(detail.data.to_string(), event.data.to_string(), "and the order of their keys");
    assert_eq!(detail.trace, event.runs[0].trace);
    assert_eq!(detail.deliveries[0].request, event.runs[0].deliveries[0].request);
    assert_eq!(detail.deliveries[0].attempts, [end.attempt.unwrap()]);
}

/// What comes from the address bar or a sign-in form is looked up as it is.
pub async fn hostile_ids_find_nothing(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    store.accept(&[shop.event(0x100, NOW, 1)]).await.unwrap();
    let draft = TagConfig::default();
    for text in HOSTILE {
        assert_eq!(store.user(text).await.unwrap(), None);
        assert_eq!(store.user_by_email(text).await.unwrap(), None);
        assert_eq!(store.source(text).await.unwrap(), None);
        assert_eq!(store.tag(text).await.unwrap(), None);
        assert_eq!(store.run(text).await.unwrap(), None);
        assert_eq!(store.update_source(text, None, text, &[]).await.unwrap(), Edited::NotFound);
        assert_eq!(store.save_draft(text, 1, text, &draft, text, NOW).await.unwrap(), Saved::NotFound);
        assert_eq!(
            store.publish(given::publishing(text, 1, text, text, NOW)).await.unwrap(),
            Saved::NotFound
        );
        assert_eq!(store.set_role(text, Role::Admin).await.unwrap(), Changed::NotFound);
        assert_eq!(store.set_disabled(text, None).await.unwrap(), Changed::NotFound);
        assert!(!store.rename_user(text, text).await.unwrap());
        assert_eq!(store.sessions_of(text, NOW).await.unwrap(), []);
        assert_eq!(store.end_sessions(text, None).await.unwrap(), 0);
        assert_eq!(store.revoke_invite(text).await.unwrap(), None);
        assert_eq!(store.two_step(text).await.unwrap(), None);
        assert_eq!(store.take_recovery_code(text, text.as_bytes()).await.unwrap(), None);
        assert_eq!(store.revoke_api_token(text, NOW).await.unwrap(), None);
        let asked = AuditFilter {
            person_id: Some((*text).into()),
            area: Some((*text).into()),
            before: Some((*text).into()),
            limit: 9,
            ..AuditFilter::default()
        };
        assert_eq!(store.audit(&asked).await.unwrap(), []);
        for filter in [
            RunFilter { source_id: Some((*text).into()), limit: 9, ..RunFilter::default() },
            RunFilter { tag_id: Some((*text).into()), limit: 9, ..RunFilter::default() },
        ] {
            assert_eq!(store.runs(&filter).await.unwrap(), []);
        }
        let before = RunFilter { before: Some((*text).into()), limit: 9, ..RunFilter::default() };
        store.runs(&before).await.unwrap();
    }
}
