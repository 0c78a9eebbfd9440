use std::sync::Arc;

use server::store::Store;
use server::store::rows::{Changed, Role};

use super::given::{self, MINUTE, NOW, id};

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

pub async fn the_last_administrator_stays(store: &Arc<dyn Store>) {
    given::users(&**store, 3).await;
    let (ada, bob) = (id(1), id(2));
    assert_eq!(store.set_role(&ada, Role::Publisher).await.unwrap(), Changed::LastAdmin);
    assert_eq!(store.set_disabled(&ada, Some(NOW)).await.unwrap(), Changed::LastAdmin);
    assert_eq!(store.set_role(&ada, Role::Admin).await.unwrap(), Changed::Done);
    assert_eq!(store.set_role(&id(9), Role::Admin).await.unwrap(), Changed::NotFound);

    assert_eq!(store.set_role(&bob, Role::Admin).await.unwrap(), Changed::Done);
    assert_eq!(store.set_disabled(&bob, Some(NOW)).await.unwrap(), Changed::Done);
    assert_eq!(store.set_role(&ada, Role::Viewer).await.unwrap(), Changed::LastAdmin, "Bob cannot sign in");
    assert_eq!(store.user(&bob).await.unwrap().unwrap().disabled_at, Some(NOW));
    assert_eq!(store.set_disabled(&bob, None).await.unwrap(), Changed::Done);
    assert_eq!(store.set_role(&ada, Role::Viewer).await.unwrap(), Changed::Done);
    assert_eq!(store.set_disabled(&bob, Some(NOW)).await.unwrap(), Changed::LastAdmin);
}

pub async fn two_administrators_cannot_depose_each_other(store: &Arc<dyn Store>) {
    given::users(&**store, 2).await;
    store.set_role(&id(2), Role::Admin).await.unwrap();
    let tries = [1, 2].map(|n| {
        let store = store.clone();
        tokio::spawn(async move { store.set_role(&id(n), Role::Viewer).await.unwrap() })
    });
    let ends = futures::future::join_all(tries).await;
    let done = ends.into_iter().filter(|end| *end.as_ref().unwrap() == Changed::Done).count();
    assert_eq!(done, 1);
}

pub async fn a_change_of_access_ends_the_sessions_it_concerns(store: &Arc<dyn Store>) {
    given::users(&**store, 3).await;
    let open = async |n: u64| {
        for user in [2, 3] {
            let hash = [u8::try_from(n).unwrap(), user];
            let session = given::session(&hash, Some(&id(user.into())), NOW + MINUTE);
            store.create_session(&session).await.unwrap();
        }
    };
    let count = async |user| store.sessions_of(&id(user), NOW).await.unwrap().len();
    open(1).await;
    store.set_role(&id(2), Role::Editor).await.unwrap();
    assert_eq!([count(2).await, count(3).await], [0, 1]);
    open(2).await;
    store.set_disabled(&id(2), Some(NOW)).await.unwrap();
    assert_eq!([count(2).await, count(3).await], [0, 2]);
    open(3).await;
    assert!(store.set_password(&id(2), "$argon2id$new").await.unwrap());
    assert_eq!([count(2).await, count(3).await], [0, 3]);
    assert!(store.rename_user(&id(2), "Robert").await.unwrap());
    let bob = store.user(&id(2)).await.unwrap().unwrap();
    assert_eq!((bob.name.as_str(), bob.password_hash.as_str()), ("Robert", "$argon2id$new"));
    assert!(!store.rename_user(&id(9), "Nobody").await.unwrap());
    assert!(!store.set_password(&id(9), "x").await.unwrap());
}
