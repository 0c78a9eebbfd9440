use std::sync::Arc;

use server::store::Store;
use server::store::rows::{Invite, Role, User};

use super::given::{self, MINUTE, NOW, id};

fn invite(n: u64) -> Invite {
    Invite {
        id: id(n),
        email: format!("new{n}@shop.example"),
        role: Role::Editor,
        created_at: NOW,
        created_by: "Ada".into(),
        expires_at: NOW + MINUTE,
    }
}

/// Whom the invite is for.
fn invited(invite: &Invite) -> User {
    User { email: invite.email.clone(), role: invite.role, ..given::user(50) }
}

pub async fn an_invite_makes_one_user_once(store: &Arc<dyn Store>) {
    let first = invite(1);
    assert!(store.create_invite(&first, b"token").await.unwrap());
    assert_eq!(store.invite_by_token(b"token", NOW).await.unwrap().as_ref(), Some(&first));
    assert_eq!(store.invite_by_token(b"token", first.expires_at).await.unwrap(), None, "over");
    assert_eq!(store.invite_by_token(b"another", NOW).await.unwrap(), None);

    let user = invited(&first);
    assert!(!store.accept_invite(&user, b"another", NOW).await.unwrap());
    assert!(!store.accept_invite(&user, b"token", first.expires_at).await.unwrap(), "over");
    let climber = User { role: Role::Admin, ..user.clone() };
    assert!(!store.accept_invite(&climber, b"token", NOW).await.unwrap(), "for another role");
    let stranger = User { email: "eve@shop.example".into(), ..user.clone() };
    assert!(!store.accept_invite(&stranger, b"token", NOW).await.unwrap(), "for another address");
    assert!(store.accept_invite(&user, b"token", NOW).await.unwrap());
    assert_eq!(store.user_by_email(&first.email).await.unwrap().as_ref(), Some(&user));
    assert!(!store.accept_invite(&user, b"token", NOW).await.unwrap(), "spent");
    assert_eq!(store.invites().await.unwrap(), []);
    assert!(!store.create_invite(&first, b"again").await.unwrap(), "has an account");
}

pub async fn two_browsers_with_one_invite_make_one_user(store: &Arc<dyn Store>) {
    store.create_invite(&invite(1), b"token").await.unwrap();
    let tries = (1..=4).map(|n| {
        let store = store.clone();
        let user = User { id: id(60 + n), ..invited(&invite(1)) };
        tokio::spawn(async move { store.accept_invite(&user, b"token", NOW).await.unwrap() })
    });
    let made = futures::future::join_all(tries).await;
    assert_eq!(made.into_iter().filter(|made| *made.as_ref().unwrap()).count(), 1);
}

pub async fn a_new_link_ends_the_old_one(store: &Arc<dyn Store>) {
    store.create_invite(&invite(1), b"first").await.unwrap();
    let renewed = store.renew_invite(&id(1), b"second", NOW + 2 * MINUTE).await.unwrap().unwrap();
    assert_eq!(renewed, Invite { expires_at: NOW + 2 * MINUTE, ..invite(1) });
    assert_eq!(store.invite_by_token(b"first", NOW).await.unwrap(), None);
    assert!(store.invite_by_token(b"second", NOW).await.unwrap().is_some());

    let again = Invite { id: id(2), role: Role::Admin, ..invite(1) };
    assert!(store.create_invite(&again, b"third").await.unwrap());
    assert_eq!(store.invites().await.unwrap(), [again], "one an address");
    assert_eq!(store.invite_by_token(b"second", NOW).await.unwrap(), None);

    assert_eq!(store.revoke_invite(&id(2)).await.unwrap().map(|invite| invite.id), Some(id(2)));
    assert_eq!(store.invite_by_token(b"third", NOW).await.unwrap(), None);
    assert_eq!(store.revoke_invite(&id(2)).await.unwrap(), None);
    assert_eq!(store.renew_invite(&id(2), b"fourth", NOW).await.unwrap(), None);
}
