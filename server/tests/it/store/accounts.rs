use std::sync::Arc;

use server::store::Store;

use super::given::{self, MINUTE, NOW};

pub async fn the_setup_link_makes_one_user_once(store: &Arc<dyn Store>) {
    let (token, end) = (b"hash of the token", NOW + MINUTE);
    assert!(!store.has_users().await.unwrap());
    store.put_setup_token(token, end).await.unwrap();

    assert_eq!(store.setup_token_expiry(token, NOW).await.unwrap(), Some(end));
    assert_eq!(store.setup_token_expiry(token, end).await.unwrap(), None, "over from its end on");
    assert_eq!(store.setup_token_expiry(b"another", NOW).await.unwrap(), None);

    let ada = given::user(1);
    assert!(!store.create_first_user(&ada, b"another", NOW).await.unwrap(), "unknown token");
    assert!(!store.create_first_user(&ada, token, end).await.unwrap(), "token is over");
    assert!(!store.has_users().await.unwrap());
    assert!(store.create_first_user(&ada, token, NOW).await.unwrap());

    assert!(store.has_users().await.unwrap());
    assert_eq!(store.user(&ada.id).await.unwrap().as_ref(), Some(&ada));
    assert_eq!(store.user_by_email(&ada.email).await.unwrap(), Some(ada));
    assert_eq!(store.user_by_email("nobody@shop.example").await.unwrap(), None);

    let eve = given::user(2);
    assert_eq!(store.setup_token_expiry(token, NOW).await.unwrap(), None, "spent");
    assert!(!store.create_first_user(&eve, token, NOW).await.unwrap(), "spent");
    store.put_setup_token(token, end).await.unwrap();
    assert!(!store.create_first_user(&eve, token, NOW).await.unwrap(), "there is a user");
    assert_eq!(store.user(&eve.id).await.unwrap(), None);
}

pub async fn two_browsers_with_the_setup_link_make_one_user(store: &Arc<dyn Store>) {
    store.put_setup_token(b"hash", NOW + MINUTE).await.unwrap();
    let tries = (1..=4).map(|n| {
        let store = store.clone();
        tokio::spawn(async move { store.create_first_user(&given::user(n), b"hash", NOW).await.unwrap() })
    });
    let made = futures::future::join_all(tries).await;
    assert_eq!(made.into_iter().filter(|made| *made.as_ref().unwrap()).count(), 1);
}

pub async fn a_new_setup_link_ends_the_old_one(store: &Arc<dyn Store>) {
    store.put_setup_token(b"old", NOW + MINUTE).await.unwrap();
    store.put_setup_token(b"new", NOW + 2 * MINUTE).await.unwrap();
    assert_eq!(store.setup_token_expiry(b"old", NOW).await.unwrap(), None);
    assert_eq!(store.setup_token_expiry(b"new", NOW).await.unwrap(), Some(NOW + 2 * MINUTE));
    assert!(!store.create_first_user(&given::user(1), b"old", NOW).await.unwrap());
}

pub async fn sessions_last_until_their_end(store: &Arc<dyn Store>) {
    let data = [0, 159, 146, 150, b'{'];
    store.save_session(b"a", &data, NOW + 10).await.unwrap();
    store.save_session(b"b", b"b", NOW + 20).await.unwrap();
    store.save_session(b"c", b"c", NOW + 30).await.unwrap();

    assert_eq!(store.session(b"a", NOW + 9).await.unwrap().as_deref(), Some(&data[..]));
    assert_eq!(store.session(b"a", NOW + 10).await.unwrap(), None, "over from its end on");
    assert_eq!(store.session(b"z", NOW).await.unwrap(), None);

    store.save_session(b"a", b"replaced", NOW + 40).await.unwrap();
    assert_eq!(store.session(b"a", NOW + 39).await.unwrap().as_deref(), Some(&b"replaced"[..]));

    assert_eq!(store.delete_expired_sessions(NOW + 20).await.unwrap(), 1, "only b");
    assert_eq!(store.session(b"b", NOW).await.unwrap(), None);
    store.delete_session(b"c").await.unwrap();
    assert_eq!(store.session(b"c", NOW).await.unwrap(), None);
    assert_eq!(store.delete_expired_sessions(i64::MAX).await.unwrap(), 1, "only a was left");
}
