use std::sync::Arc;

use server::store::Store;
use server::store::rows::{Publishing, RollingBack, Saved, TagRecord, Version};
use tag::config::{Region, TagConfig};

use super::given::{self, NOW, id, published};

/// A tag with versions 1 (North America) and 2 (Europe), and a draft like the second.
async fn tag_with_two_versions(store: &dyn Store) -> TagRecord {
    let tag = given::tag(1);
    store.create_tag(&tag).await.unwrap();
    published(store.publish(given::publishing(&tag.id, 1, &id(11), "Ada", NOW)).await.unwrap());
    let draft = TagConfig { region: Region::Eu, ..tag.draft.clone() };
    store.save_draft(&tag.id, 1, "Europe", &draft, "Bob", NOW).await.unwrap();
    published(store.publish(given::publishing(&tag.id, 2, &id(12), "Bob", NOW + 1)).await.unwrap());
    store.tag(&tag.id).await.unwrap().unwrap()
}

fn back(number: i64, live: Option<i64>) -> RollingBack<'static> {
    let (version_id, by, now) = ("01900000-0000-7000-8000-0000000000ff", "Cyd", NOW + 9);
    let tag_id = "01900000-0000-7000-8000-000000000001";
    RollingBack { tag_id, number, live, version_id, note: "It was right", by, now }
}

pub async fn a_version_says_why_and_what_it_holds(store: &Arc<dyn Store>) {
    let tag = given::tag(1);
    store.create_tag(&tag).await.unwrap();
    let publishing =
        |version_id, note| Publishing { note, ..given::publishing(&tag.id, 1, version_id, "Ada", NOW) };
    let (first, second) = (id(11), id(12));
    let first = published(store.publish(publishing(&first, "The first\0")).await.unwrap());
    assert_eq!((first.note.as_str(), first.copy_of), ("The first\u{fffd}", None));
    assert_eq!(first.content_hash.len(), 64);
    assert_eq!(store.version(&tag.id, 1).await.unwrap().as_ref(), Some(&first));
    assert_eq!(store.version(&tag.id, 2).await.unwrap(), None);

    let second = published(store.publish(publishing(&second, "")).await.unwrap());
    assert_eq!(second.content_hash, first.content_hash, "the same content");
    let draft = TagConfig { optimistic: true, ..tag.draft.clone() };
    store.save_draft(&tag.id, 1, "Renamed", &draft, "Bob", NOW).await.unwrap();
    let third = published(store.publish(given::publishing(&tag.id, 2, &id(13), "Bob", NOW)).await.unwrap());
    assert_ne!(third.content_hash, first.content_hash);
}

pub async fn rolling_back_publishes_the_old_content_anew(store: &Arc<dyn Store>) {
    let tag = tag_with_two_versions(&**store).await;
    let before = store.configuration_revision().await.unwrap();
    let first = store.version(&tag.id, 1).await.unwrap().unwrap();
    let third = published(store.roll_back(back(1, Some(2))).await.unwrap());
    let expected = Version {
        id: back(1, None).version_id.into(),
        number: 3,
        published_at: NOW + 9,
        published_by: "Cyd".into(),
        note: "It was right".into(),
        copy_of: Some(1),
        ..first
    };
    assert_eq!(third, expected);
    assert!(store.configuration_revision().await.unwrap() > before);
    let now = store.tag(&tag.id).await.unwrap().unwrap();
    assert_eq!(now.live.as_ref(), Some(&third));
    assert_eq!(
        (now.name.as_str(), &now.draft, now.revision),
        ("Tag 1", &third.config, 3),
        "the draft follows"
    );
    let stale = store.save_draft(&tag.id, 2, "Typed before", &tag.draft, "Bob", NOW).await.unwrap();
    assert!(matches!(stale, Saved::Conflict(_)), "a form from before the roll-back");
    assert_eq!(store.roll_back(back(9, None)).await.unwrap(), Saved::NotFound);
}

pub async fn a_draft_with_changes_of_its_own_survives_a_roll_back(store: &Arc<dyn Store>) {
    let tag = tag_with_two_versions(&**store).await;
    let draft = TagConfig { optimistic: true, ..tag.draft.clone() };
    store.save_draft(&tag.id, 2, "In work", &draft, "Bob", NOW).await.unwrap();
    published(store.roll_back(back(1, None)).await.unwrap());
    let now = store.tag(&tag.id).await.unwrap().unwrap();
    assert_eq!((now.name.as_str(), &now.draft, now.revision), ("In work", &draft, 3));
}

pub async fn what_was_live_when_its_author_looked_can_be_asked(store: &Arc<dyn Store>) {
    let tag = tag_with_two_versions(&**store).await;
    assert!(matches!(store.roll_back(back(1, Some(1))).await.unwrap(), Saved::Conflict(_)));
    let version_id = id(20);
    let publishing = Publishing { live: Some(1), ..given::publishing(&tag.id, 2, &version_id, "Ada", NOW) };
    let refused = store.publish(publishing.clone()).await.unwrap();
    assert!(matches!(&refused, Saved::Conflict(clash) if clash.theirs == tag), "{refused:?}");
    let third = store.publish(Publishing { live: Some(2), ..publishing }).await.unwrap();
    assert_eq!(published(third).number, 3);
}

pub async fn a_long_history_is_read_page_by_page(store: &Arc<dyn Store>) {
    let tags: Vec<_> = (1..=500).map(given::tag).collect();
    store.import(&tags, &[]).await.unwrap();
    for tag in &tags[..3] {
        for number in 1..=10_u64 {
            let version_id = format!("{}-{number}", tag.id);
            published(store.publish(given::publishing(&tag.id, 1, &version_id, "Ada", NOW)).await.unwrap());
        }
    }
    assert_eq!(store.tags().await.unwrap().len(), 500);
    let numbers = async |before, limit| -> Vec<i64> {
        let versions = store.versions(&tags[0].id, before, limit).await.unwrap();
        assert!(versions.iter().all(|version| version.live == (version.number == 10)));
        versions.into_iter().map(|version| version.number).collect()
    };
    assert_eq!(numbers(None, 4).await, [10, 9, 8, 7]);
    assert_eq!(numbers(Some(7), 4).await, [6, 5, 4, 3]);
    assert_eq!(numbers(Some(3), 4).await, [2, 1]);
    assert_eq!(store.versions(&tags[9].id, None, 4).await.unwrap(), []);
}
