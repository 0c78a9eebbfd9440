use std::sync::Arc;

use server::store::Store;
use server::store::rows::SessionRow;

use super::given::{self, NOW, id, session};

pub async fn sessions_last_until_their_end(store: &Arc<dyn Store>) {
    let first = session(b"a", None, NOW + 10);
    for session in [first.clone(), session(b"b", None, NOW + 20), session(b"c", None, NOW + 30)] {
        store.create_session(&session).await.unwrap();
    }
    assert_eq!(store.session(b"a", NOW + 9).await.unwrap().as_ref(), Some(&first));
    assert_eq!(store.session(b"a", NOW + 10).await.unwrap(), None, "over from its end on");
    assert_eq!(store.session(b"z", NOW).await.unwrap(), None);

    let longer = SessionRow { data: b"changed".to_vec(), expires_at: NOW + 40, ..first };
    store.save_session(&longer).await.unwrap();
    assert_eq!(store.session(b"a", NOW + 39).await.unwrap(), Some(longer));

    assert_eq!(store.delete_expired_sessions(NOW + 20).await.unwrap(), 1, "only b");
    assert_eq!(store.session(b"b", NOW).await.unwrap(), None);
    store.delete_session(b"c").await.unwrap();
    assert_eq!(store.session(b"c", NOW).await.unwrap(), None);
    assert_eq!(store.delete_expired_sessions(i64::MAX).await.unwrap(), 1, "only a was left");
}

/// A request that was under way when its session was ended must not bring it back.
pub async fn what_was_ended_stays_ended(store: &Arc<dyn Store>) {
    let open = session(b"a", None, NOW + 10);
    store.create_session(&open).await.unwrap();
    store.delete_session(b"a").await.unwrap();
    store.save_session(&open).await.unwrap();
    assert_eq!(store.session(b"a", NOW).await.unwrap(), None);
}

pub async fn a_users_sessions_are_listed_and_ended(store: &Arc<dyn Store>) {
    given::users(&**store, 2).await;
    let (ada, bob) = (id(1), id(2));
    for (hash, user, seen_at) in [(b"a", &ada, 1), (b"b", &ada, 3), (b"c", &ada, 2), (b"d", &bob, 1)] {
        let open = SessionRow { seen_at: NOW + seen_at, ..session(hash, Some(user), NOW + 10) };
        store.create_session(&open).await.unwrap();
    }
    let listed = async |user: &str| {
        let sessions = store.sessions_of(user, NOW).await.unwrap();
        sessions.into_iter().map(|session| session.id_hash).collect::<Vec<_>>()
    };
    assert_eq!(listed(&ada).await, [b"b", b"c", b"a"], "latest use first");
    assert_eq!(store.sessions_of(&ada, NOW + 10).await.unwrap(), [], "over");
    assert_eq!(store.end_sessions(&ada, Some(b"c")).await.unwrap(), 2);
    assert_eq!(listed(&ada).await, [b"c"]);
    assert_eq!(store.end_sessions(&ada, None).await.unwrap(), 1);
    assert_eq!((listed(&ada).await.len(), listed(&bob).await.len()), (0, 1));
}
