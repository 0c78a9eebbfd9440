use std::sync::Arc;

use server::store::Store;
use server::store::rows::{AuditEntry, AuditFilter, Changed, Edited, Role};
use tag::config::TagConfig;

use super::given::{self, NOW, entry, id};

async fn all(store: &Arc<dyn Store>) -> Vec<AuditEntry> {
    store.audit(&AuditFilter { limit: 1000, ..AuditFilter::default() }).await.unwrap()
}

pub async fn a_change_and_its_trace_are_both_there_or_neither(store: &Arc<dyn Store>) {
    given::users(&**store, 2).await;
    let noting = |n| store.noting(entry(n));
    assert_eq!(noting(1).set_role(&id(1), Role::Viewer).await.unwrap(), Changed::LastAdmin);
    assert_eq!(noting(2).set_role(&id(9), Role::Viewer).await.unwrap(), Changed::NotFound);
    assert!(!noting(3).rename_user(&id(9), "Nobody").await.unwrap());
    assert_eq!(all(store).await, [], "what was refused leaves no trace");

    assert_eq!(noting(4).set_role(&id(2), Role::Editor).await.unwrap(), Changed::Done);
    assert_eq!(all(store).await, [entry(4)]);
    noting(4).set_role(&id(2), Role::Admin).await.unwrap_err();
    let bob = store.user(&id(2)).await.unwrap().unwrap();
    assert_eq!(bob.role, Role::Editor, "no change without its trace");
}

pub async fn sources_and_tags_leave_traces(store: &Arc<dyn Store>) {
    let noting = |n| store.noting(entry(n));
    noting(1).create_source(&given::source(1)).await.unwrap();
    noting(2).create_source(&given::source(1)).await.unwrap_err();
    assert_eq!(noting(3).update_source(&id(1), None, "Shop", &[]).await.unwrap(), Edited::Done);
    assert_eq!(noting(4).update_source(&id(9), None, "Shop", &[]).await.unwrap(), Edited::NotFound);
    noting(5).create_tag(&given::tag(2)).await.unwrap();
    noting(6).save_draft(&id(2), 1, "Tag", &TagConfig::default(), "Ada", NOW).await.unwrap();
    noting(7).save_draft(&id(2), 1, "Late", &TagConfig::default(), "Bob", NOW).await.unwrap();
    given::published(noting(8).publish(given::publishing(&id(2), 2, &id(3), "Ada", NOW)).await.unwrap());
    noting(9).publish(given::publishing(&id(2), 1, &id(4), "Ada", NOW)).await.unwrap();
    let noted: Vec<_> = all(store).await.into_iter().map(|entry| entry.id).collect();
    assert_eq!(noted, [8, 6, 5, 3, 1].map(id), "newest first, without what was refused");
}

pub async fn traces_are_filtered_and_read_page_by_page(store: &Arc<dyn Store>) {
    for n in 1..=6 {
        let area = if n % 2 == 0 { "people" } else { "tags" };
        let person_id = (n > 2).then(|| id(1));
        store.note(&AuditEntry { area: area.into(), person_id, ..entry(n) }).await.unwrap();
    }
    let ids = async |filter: AuditFilter| {
        let entries = store.audit(&filter).await.unwrap();
        entries.into_iter().map(|entry| entry.at - NOW).collect::<Vec<_>>()
    };
    let any = AuditFilter { limit: 10, ..AuditFilter::default() };
    assert_eq!(ids(AuditFilter { limit: 2, ..any.clone() }).await, [6, 5]);
    assert_eq!(ids(AuditFilter { limit: 2, before: Some(id(5)), ..any.clone() }).await, [4, 3]);
    assert_eq!(ids(AuditFilter { area: Some("people".into()), ..any.clone() }).await, [6, 4, 2]);
    assert_eq!(ids(AuditFilter { person_id: Some(id(1)), ..any.clone() }).await, [6, 5, 4, 3]);
    let span = AuditFilter { since: Some(NOW + 2), until: Some(NOW + 5), ..any.clone() };
    assert_eq!(ids(span.clone()).await, [4, 3, 2]);
    assert_eq!(ids(AuditFilter { area: Some("tags".into()), ..span }).await, [3]);

    assert_eq!(store.forget_audit(NOW + 3).await.unwrap(), 2);
    assert_eq!(ids(any).await, [6, 5, 4, 3]);
}
