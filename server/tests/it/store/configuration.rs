use std::sync::Arc;

use server::store::rows::{Clash, Draft, Edited, Saved, Source, TagRecord};
use server::store::{Store, StoreError};
use tag::config::{Region, TagConfig};

use super::given::{self, NOW, Shop, id, published};

pub async fn an_origin_belongs_to_one_source(store: &Arc<dyn Store>) {
    let origins =
        ["https://WWW.shop.example", "https://www.shop.example", "http://a.example"].map(String::from);
    let first = Source { name: "First".into(), origins: origins.into(), ..given::source(1) };
    store.create_source(&first).await.unwrap();
    let stored = store.source(&first.id).await.unwrap().unwrap();
    assert_eq!(
        stored.origins,
        ["https://www.shop.example", "http://a.example"],
        "lower case, once, in order"
    );
    assert_eq!(Source { origins: first.origins.clone(), ..stored }, first);
    let revision = store.update_source(&first.id, Some(7), "Late", &[]).await.unwrap();
    assert_eq!(revision, Edited::Conflict, "its author saw another revision");

    let origins = vec!["https://b.example".to_owned(), "HTTPS://www.shop.example".to_owned()];
    let second = Source { origins: origins.clone(), ..given::source(2) };
    taken_by_first(&store.create_source(&second).await.unwrap_err());
    assert_eq!(store.source(&second.id).await.unwrap(), None, "created wholly or not at all");

    store.create_source(&Source { origins: vec![], ..second.clone() }).await.unwrap();
    taken_by_first(&store.update_source(&second.id, None, "Second", &origins).await.unwrap_err());
    assert_eq!(
        store.source(&second.id).await.unwrap().unwrap().name,
        "Shop 2",
        "changed wholly or not at all"
    );

    assert_eq!(
        store.update_source(&first.id, None, "First", &["http://a.example".into()]).await.unwrap(),
        Edited::Done
    );
    assert_eq!(
        store.update_source(&second.id, None, "Second", &origins).await.unwrap(),
        Edited::Done,
        "given back, so free"
    );
    let stored = store.source(&second.id).await.unwrap().unwrap();
    assert_eq!(stored.name, "Second");
    assert_eq!(stored.origins, ["https://b.example", "https://www.shop.example"]);
    let none = store.update_source(&id(9), None, "Nobody", &[]).await.unwrap();
    assert_eq!(none, Edited::NotFound);
}

fn taken_by_first(error: &StoreError) {
    let StoreError::OriginTaken { origin, source_name } = error else { panic!("{error:?}") };
    assert_eq!((origin.as_str(), source_name.as_str()), ("https://www.shop.example", "First"));
}

pub async fn a_refused_change_leaves_no_trace(store: &Arc<dyn Store>) {
    store.create_source(&given::source(1)).await.unwrap();
    store.create_tag(&given::tag(2)).await.unwrap();
    let before = store.configuration_revision().await.unwrap();

    let clash = Source { origins: given::source(1).origins, ..given::source(3) };
    store.create_source(&clash).await.unwrap_err();
    store.update_source(&id(9), None, "Nobody", &[]).await.unwrap();
    store.publish(given::publishing(&id(2), 7, &id(4), "Ada", NOW)).await.unwrap();
    store.publish(given::publishing(&id(9), 1, &id(4), "Ada", NOW)).await.unwrap();

    assert_eq!(store.configuration_revision().await.unwrap(), before);
    assert_eq!(store.published().await.unwrap(), []);
}

pub async fn a_draft_is_saved_only_over_what_its_author_saw(store: &Arc<dyn Store>) {
    let tag = given::tag(1);
    store.create_tag(&tag).await.unwrap();
    assert_eq!(store.tag(&tag.id).await.unwrap().as_ref(), Some(&tag));

    let draft = TagConfig { region: Region::Eu, ..tag.draft.clone() };
    let saved = store.save_draft(&tag.id, 1, "Renamed", &draft, "Bob", NOW + 5).await.unwrap();
    let now = TagRecord {
        name: "Renamed".into(),
        draft,
        revision: 2,
        edited_at: NOW + 5,
        edited_by: "Bob".into(),
        ..tag.clone()
    };
    assert_eq!(saved, Saved::Done(now.clone()));

    let late = store.save_draft(&tag.id, 1, "Mine", &tag.draft, "Cyd", NOW + 6).await.unwrap();
    assert_eq!(
        late,
        Saved::Conflict(Box::new(Clash {
            theirs: now.clone(),
            base: Some(Draft { name: tag.name.clone(), config: tag.draft.clone() })
        }))
    );
    assert_eq!(store.tag(&tag.id).await.unwrap(), Some(now));
    assert_eq!(store.save_draft(&id(9), 1, "None", &tag.draft, "Cyd", NOW).await.unwrap(), Saved::NotFound);
}

pub async fn versions_are_numbered_within_their_tag(store: &Arc<dyn Store>) {
    let tag = given::tag(1);
    store.create_tag(&tag).await.unwrap();
    store.create_tag(&given::tag(2)).await.unwrap();

    let first = published(store.publish(given::publishing(&tag.id, 1, &id(11), "Ada", NOW)).await.unwrap());
    assert_eq!((first.id.as_str(), first.tag_id.as_str(), first.number), (&*id(11), &*tag.id, 1));
    assert_eq!((&first.config, &first.tag_name), (&tag.draft, &tag.name));
    assert_eq!((first.published_at, first.published_by.as_str()), (NOW, "Ada"));

    let draft = TagConfig { optimistic: true, ..tag.draft.clone() };
    store.save_draft(&tag.id, 1, "Renamed", &draft, "Bob", NOW).await.unwrap();
    let stored = store.tag(&tag.id).await.unwrap().unwrap();
    assert_eq!(stored.live.as_ref(), Some(&first), "a draft changes nothing that runs");

    let stale = store.publish(given::publishing(&tag.id, 1, &id(12), "Ada", NOW)).await.unwrap();
    let base = Some(Draft { name: tag.name.clone(), config: tag.draft.clone() });
    assert_eq!(stale, Saved::Conflict(Box::new(Clash { theirs: stored, base })));
    let second =
        published(store.publish(given::publishing(&tag.id, 2, &id(12), "Bob", NOW + 1)).await.unwrap());
    assert_eq!((second.number, second.tag_name.as_str(), &second.config), (2, "Renamed", &draft));
    let other = published(store.publish(given::publishing(&id(2), 1, &id(13), "Ada", NOW)).await.unwrap());
    assert_eq!(other.number, 1);

    assert_eq!(store.tag(&tag.id).await.unwrap().unwrap().live.as_ref(), Some(&second));
    assert_eq!(store.published().await.unwrap(), [second, other]);
    assert_eq!(
        store.publish(given::publishing(&id(9), 1, &id(14), "Ada", NOW)).await.unwrap(),
        Saved::NotFound
    );
}

pub async fn publishing_twice_at_once_gives_two_numbers(store: &Arc<dyn Store>) {
    store.create_tag(&given::tag(1)).await.unwrap();
    let publish = (0..4).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            published(store.publish(given::publishing(&id(1), 1, &id(10 + n), "Ada", NOW)).await.unwrap())
        })
    });
    let mut numbers: Vec<_> =
        futures::future::join_all(publish).await.into_iter().map(|version| version.unwrap().number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4]);
}

pub async fn the_revision_grows_with_what_the_running_tags_depend_on(store: &Arc<dyn Store>) {
    let start = store.configuration_revision().await.unwrap();
    store.create_source(&given::source(1)).await.unwrap();
    let with_source = store.configuration_revision().await.unwrap();
    assert!(with_source > start);
    store.update_source(&id(1), None, "Renamed", &[]).await.unwrap();
    let with_change = store.configuration_revision().await.unwrap();
    assert!(with_change > with_source);

    let tag = given::tag(2);
    store.create_tag(&tag).await.unwrap();
    store.save_draft(&tag.id, 1, "Renamed", &tag.draft, "Bob", NOW).await.unwrap();
    assert_eq!(store.configuration_revision().await.unwrap(), with_change, "drafts do not run");
    store.publish(given::publishing(&tag.id, 2, &id(3), "Ada", NOW)).await.unwrap();
    assert!(store.configuration_revision().await.unwrap() > with_change);
}

pub async fn lists_are_sorted_by_name(store: &Arc<dyn Store>) {
    for (n, name) in [(1, "beta"), (2, "Alpha"), (3, "_other"), (4, "Gamma"), (5, "alpha")] {
        store.create_source(&Source { name: name.into(), ..given::source(n) }).await.unwrap();
        store.create_tag(&TagRecord { name: name.into(), ..given::tag(10 + n) }).await.unwrap();
        published(store.publish(given::publishing(&id(10 + n), 1, &id(20 + n), "Ada", NOW)).await.unwrap());
    }
    let sorted = ["_other", "Alpha", "alpha", "beta", "Gamma"];
    let sources = store.sources().await.unwrap();
    assert_eq!(sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>(), sorted);
    assert!(sources.iter().all(|source| source.origins.len() == 1));
    let tags = store.tags().await.unwrap();
    assert_eq!(tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), sorted);
    let live: Vec<_> = tags.into_iter().map(|tag| tag.live.unwrap()).collect();
    assert_eq!(store.published().await.unwrap(), live);
    // A source whose rows repeat for its origins is still one source.
    let shop = Shop::open(&**store, 100).await;
    assert_eq!(store.source(&shop.source.id).await.unwrap(), Some(shop.source));
}

pub async fn what_two_editors_started_from_is_known_for_a_day(store: &Arc<dyn Store>) {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let tag = given::tag(1);
    store.create_tag(&tag).await.unwrap();
    let edit = async |revision, name: &str, at| {
        store.save_draft(&tag.id, revision, name, &tag.draft, "Ada", at).await.unwrap()
    };
    edit(1, "Second", NOW).await;
    edit(2, "Third", NOW + 5).await;
    let base = |saved| match saved {
        Saved::Conflict(clash) => {
            assert_eq!(clash.theirs.name, "Third");
            clash.base.map(|base| base.name)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(base(edit(1, "Mine", NOW + 6).await).as_deref(), Some("Tag 1"));
    assert_eq!(base(edit(2, "Mine", NOW + 6).await).as_deref(), Some("Second"));
    assert_eq!(base(edit(99, "Mine", NOW + 6).await), None, "never was");

    assert!(matches!(edit(3, "Fourth", NOW + DAY + 1).await, Saved::Done(_)));
    edit(4, "Third", NOW + DAY + 2).await;
    assert_eq!(base(edit(1, "Mine", NOW + DAY + 3).await), None, "saved over more than a day ago");
    assert_eq!(base(edit(2, "Mine", NOW + DAY + 3).await).as_deref(), Some("Second"));
}

pub async fn a_repeated_save_is_no_conflict(store: &Arc<dyn Store>) {
    let tag = given::tag(1);
    store.create_tag(&tag).await.unwrap();
    for _ in 0..2 {
        let saved = store.save_draft(&tag.id, 1, "Renamed", &tag.draft, "Ada", NOW).await.unwrap();
        assert!(matches!(saved, Saved::Done(tag) if tag.revision == 2), "its first answer was lost");
    }
}

pub async fn an_import_is_done_whole_or_not_at_all(store: &Arc<dyn Store>) {
    store.create_tag(&given::tag(1)).await.unwrap();
    let late = TagRecord { revision: 7, name: "Late".into(), ..given::tag(1) };
    let refused = store.import(&[given::tag(2)], &[late]).await.unwrap();
    assert!(matches!(refused, Saved::Conflict(_)));
    let unknown = TagRecord { name: "Unknown".into(), ..given::tag(9) };
    assert_eq!(store.import(&[given::tag(2)], &[unknown]).await.unwrap(), Saved::NotFound);
    assert_eq!(store.tag(&id(2)).await.unwrap(), None);

    let edited = TagRecord { name: "Imported".into(), edited_by: "Bob".into(), ..given::tag(1) };
    assert_eq!(store.import(&[given::tag(2)], &[edited]).await.unwrap(), Saved::Done(()));
    assert_eq!(store.tag(&id(2)).await.unwrap(), Some(given::tag(2)));
    let stored = store.tag(&id(1)).await.unwrap().unwrap();
    assert_eq!((stored.name.as_str(), stored.revision, stored.live), ("Imported", 2, None));
}

pub async fn a_rehearsal_changes_nothing(store: &Arc<dyn Store>) {
    store.create_source(&given::source(1)).await.unwrap();
    store.create_tag(&given::tag(2)).await.unwrap();
    let before = store.configuration_revision().await.unwrap();

    let rehearsal = store.rehearsing().noting(given::entry(50));
    let version =
        published(rehearsal.publish(given::publishing(&id(2), 1, &id(3), "Ada", NOW)).await.unwrap());
    assert_eq!(version.number, 1, "as it would be");
    rehearsal.create_source(&given::source(4)).await.unwrap();
    taken_by(&rehearsal.create_source(&Source { id: id(5), ..given::source(1) }).await.unwrap_err());
    assert!(rehearsal.delete_source(&id(1), "Ada", NOW).await.unwrap());
    assert!(rehearsal.pause_tag(&id(2), "Ada", NOW).await.unwrap());

    assert_eq!(store.configuration_revision().await.unwrap(), before);
    assert_eq!(store.sources().await.unwrap(), [given::source(1)]);
    assert_eq!(store.tags().await.unwrap(), [given::tag(2)]);
    let filter = server::store::rows::AuditFilter { limit: 9, ..Default::default() };
    assert_eq!(store.audit(&filter).await.unwrap(), []);
}

/// Whatever stands in the way, the rehearsal meets it too.
fn taken_by(error: &StoreError) {
    assert!(matches!(error, StoreError::OriginTaken { .. } | StoreError::Query { .. }), "{error:?}");
}

pub async fn an_old_key_lives_on_beside_its_successor(store: &Arc<dyn Store>) {
    store.create_source(&given::source(1)).await.unwrap();
    assert!(store.renew_key(&id(1), "wk_second", NOW + 100).await.unwrap());
    let source = store.source(&id(1)).await.unwrap().unwrap();
    let old = source.old_key.unwrap();
    assert_eq!((source.write_key.as_str(), old.key.as_str(), old.ends_at), ("wk_second", "wk_1", NOW + 100));
    assert_eq!(source.revision, 2);

    assert!(store.renew_key(&id(1), "wk_third", NOW + 200).await.unwrap());
    let source = store.source(&id(1)).await.unwrap().unwrap();
    assert_eq!(source.old_key.unwrap().key, "wk_second", "the first is over");
    assert!(!store.renew_key(&id(9), "wk_x", NOW).await.unwrap());
}
