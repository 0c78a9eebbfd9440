use std::sync::Arc;

use server::store::Store;
use server::store::rows::TwoStep;

use super::given::{self, NOW, id};

pub async fn a_second_step_is_on_once_it_is_confirmed(store: &Arc<dyn Store>) {
    given::users(&**store, 2).await;
    let (ada, bob) = (id(1), id(2));
    assert_eq!(store.two_step(&ada).await.unwrap(), None);
    assert!(!store.confirm_two_step(&ada, 1, &[], NOW).await.unwrap(), "nothing to confirm");
    assert!(store.begin_two_step(&ada, b"sealed").await.unwrap());
    assert!(store.begin_two_step(&ada, b"sealed anew").await.unwrap());
    let begun = TwoStep { secret: b"sealed anew".to_vec(), confirmed_at: None };
    assert_eq!(store.two_step(&ada).await.unwrap(), Some(begun));
    assert_eq!(store.user(&ada).await.unwrap().unwrap().two_step_since, None);

    assert!(store.confirm_two_step(&ada, 7, &[[1; 32], [2; 32]], NOW).await.unwrap());
    assert!(!store.confirm_two_step(&ada, 8, &[[3; 32]], NOW).await.unwrap(), "it is on");
    assert!(!store.begin_two_step(&ada, b"planted").await.unwrap(), "it is on");
    assert_eq!(store.user(&ada).await.unwrap().unwrap().two_step_since, Some(NOW));
    assert_eq!(store.user(&bob).await.unwrap().unwrap().two_step_since, None);

    assert!(store.remove_two_step(&ada).await.unwrap());
    assert!(!store.remove_two_step(&ada).await.unwrap());
    assert_eq!(store.take_recovery_code(&ada, &[1; 32]).await.unwrap(), None, "gone with it");
    assert_eq!(store.user(&ada).await.unwrap().unwrap().two_step_since, None);
}

pub async fn no_code_works_twice(store: &Arc<dyn Store>) {
    given::users(&**store, 2).await;
    let (ada, bob) = (id(1), id(2));
    store.begin_two_step(&ada, b"sealed").await.unwrap();
    store.confirm_two_step(&ada, 7, &[[1; 32], [2; 32]], NOW).await.unwrap();
    assert!(!store.take_step(&ada, 7).await.unwrap(), "the confirming code");
    assert!(store.take_step(&ada, 9).await.unwrap());
    assert!(!store.take_step(&ada, 8).await.unwrap(), "earlier than the last");
    assert!(!store.take_step(&ada, 9).await.unwrap());
    assert!(!store.take_step(&bob, 9).await.unwrap(), "has none");

    assert_eq!(store.take_recovery_code(&bob, &[1; 32]).await.unwrap(), None, "another's");
    assert_eq!(store.take_recovery_code(&ada, &[1; 32]).await.unwrap(), Some(1));
    assert_eq!(store.take_recovery_code(&ada, &[1; 32]).await.unwrap(), None);

    let tries = (0..4).map(|_| {
        let (store, ada) = (store.clone(), ada.clone());
        tokio::spawn(async move { store.take_step(&ada, 10).await.unwrap() })
    });
    let taken = futures::future::join_all(tries).await;
    assert_eq!(taken.into_iter().filter(|taken| *taken.as_ref().unwrap()).count(), 1);
}
