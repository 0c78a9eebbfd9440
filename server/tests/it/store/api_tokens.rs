use std::sync::Arc;

use server::store::Store;
use server::store::rows::{ApiToken, Scope};

use super::given::{self, MINUTE, NOW, id};

fn token(n: u64, name: &str) -> ApiToken {
    ApiToken {
        id: id(n),
        name: name.into(),
        scope: Scope::Publish,
        owner_id: None,
        created_at: NOW,
        expires_at: NOW + MINUTE,
        last_used_at: None,
        revoked_at: None,
    }
}

pub async fn a_token_is_found_by_its_hash_and_revoked_once(store: &Arc<dyn Store>) {
    given::users(&**store, 1).await;
    let (nightly, ci) = (ApiToken { owner_id: Some(id(1)), ..token(1, "nightly") }, token(2, "CI"));
    store.create_api_token(&nightly, b"hash 1").await.unwrap();
    store.create_api_token(&ci, b"hash 2").await.unwrap();
    store.create_api_token(&token(3, "Other"), b"hash 2").await.unwrap_err();

    assert_eq!(store.api_tokens().await.unwrap(), [ci.clone(), nightly.clone()], "by name");
    assert_eq!(store.api_token_by_hash(b"hash 1").await.unwrap(), Some(nightly.clone()));
    assert_eq!(store.api_token_by_hash(b"hash").await.unwrap(), None);

    store.api_token_used(&nightly.id, NOW + 1).await.unwrap();
    let used = ApiToken { last_used_at: Some(NOW + 1), ..nightly };
    assert_eq!(store.api_token_by_hash(b"hash 1").await.unwrap(), Some(used.clone()));
    let revoked = ApiToken { revoked_at: Some(NOW + 2), ..used };
    assert_eq!(store.revoke_api_token(&revoked.id, NOW + 2).await.unwrap(), Some(revoked.clone()));
    assert_eq!(store.revoke_api_token(&revoked.id, NOW + 3).await.unwrap(), None);
    assert_eq!(store.api_token_by_hash(b"hash 1").await.unwrap(), Some(revoked));
    assert_eq!(store.api_token_by_hash(b"hash 2").await.unwrap(), Some(ci));
}
