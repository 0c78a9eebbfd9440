//! What is live right now: sources and published tags, read once and shared as a snapshot, so that accepting
//! an event asks no database.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};
use tag::config::{Tag, check};
use tag::tags::Tags;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::store::rows::{Source, Version};
use crate::store::{self, Store};

/// The current [`Snapshot`], and the way to a newer one.
pub struct Published {
    store: Arc<dyn Store>,
    snapshot: ArcSwap<Snapshot>,
    /// Held while reloading: of two reloads, the one that read later also writes later.
    reloading: Mutex<()>,
}

/// Sources and tags as they stood at one revision of the configuration.
#[derive(Debug, Default)]
pub struct Snapshot {
    revision: i64,
    sources: HashMap<String, Arc<Source>>,
    by_key: HashMap<KeyHash, Key>,
    by_origin: HashMap<String, Arc<Source>>,
    tags: Tags<PublishedTag>,
}

/// A live version with its configuration checked.
#[derive(Clone, Debug)]
pub struct PublishedTag {
    pub version: Version,
    pub tag: Tag,
}

type KeyHash = [u8; 32];

/// What a write key opens.
#[derive(Debug)]
struct Key {
    source: Arc<Source>,
    /// From this time on it opens nothing; `None` for the current key.
    ends_at: Option<i64>,
}

impl Published {
    pub async fn load(store: Arc<dyn Store>) -> store::Result<Arc<Self>> {
        let snapshot = Snapshot::read(&*store).await?;
        Ok(Arc::new(Self { store, snapshot: ArcSwap::from_pointee(snapshot), reloading: Mutex::new(()) }))
    }

    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Reads everything anew; call it after each change made by this process.
    pub async fn reload(&self) -> store::Result<()> {
        let _turn = self.reloading.lock().await;
        self.snapshot.store(Arc::new(Snapshot::read(&*self.store).await?));
        Ok(())
    }

    /// Reloads whenever another process has changed the configuration; asks every `every_ms`.
    pub async fn watch(self: Arc<Self>, clock: Arc<dyn Clock>, every_ms: i64, stop: CancellationToken) {
        while stop.run_until_cancelled(clock.sleep(every_ms)).await.is_some() {
            if let Err(error) = self.catch_up().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "cannot look for a newer configuration"
                );
            }
        }
    }

    async fn catch_up(&self) -> store::Result<()> {
        if self.store.configuration_revision().await? == self.snapshot().revision {
            return Ok(());
        }
        self.reload().await
    }
}

impl Snapshot {
    async fn read(store: &dyn Store) -> store::Result<Self> {
        // Before the content: a change in between is then read twice rather than missed.
        let revision = store.configuration_revision().await?;
        let sources = store.sources().await?;
        let versions = store.published().await?;
        Ok(Self::new(revision, sources, versions))
    }

    fn new(revision: i64, sources: Vec<Source>, versions: Vec<Version>) -> Self {
        let mut snapshot = Self { revision, ..Self::default() };
        for source in sources.into_iter().map(Arc::new) {
            let key = Key { source: Arc::clone(&source), ends_at: None };
            snapshot.by_key.insert(hash(&source.write_key), key);
            if let Some(old) = &source.old_key {
                let key = Key { source: Arc::clone(&source), ends_at: Some(old.ends_at) };
                snapshot.by_key.insert(hash(&old.key), key);
            }
            for origin in &source.origins {
                snapshot.by_origin.insert(origin.to_ascii_lowercase(), Arc::clone(&source));
            }
            snapshot.sources.insert(source.id.clone(), source);
        }
        let tags = versions.into_iter().filter_map(PublishedTag::check).collect();
        snapshot.tags = Tags::new(tags, |published: &PublishedTag| &published.tag);
        snapshot
    }

    pub fn source(&self, id: &str) -> Option<&Arc<Source>> {
        self.sources.get(id)
    }

    /// Compares hashes, so that the time it takes says nothing about the keys there are.
    pub fn source_of_key(&self, write_key: &str, now: i64) -> Option<&Arc<Source>> {
        let key = self.by_key.get(&hash(write_key))?;
        key.ends_at.is_none_or(|end| now < end).then_some(&key.source)
    }

    /// `origin` as browsers write it: `https://www.shop.example`.
    pub fn source_of_origin(&self, origin: &str) -> Option<&Arc<Source>> {
        self.by_origin.get(&origin.to_ascii_lowercase())
    }

    /// The published tags; of many, it finds the few that may run for an event.
    pub fn tags(&self) -> &Tags<PublishedTag> {
        &self.tags
    }

    pub fn has_sources(&self) -> bool {
        !self.sources.is_empty()
    }
}

impl PublishedTag {
    /// A version that was right when it was published can be wrong for a newer Sidetag. It then stays out
    /// until somebody mends it; the others go on.
    fn check(version: Version) -> Option<Self> {
        match check(&version.config).tag {
            Ok(tag) => Some(Self { version, tag }),
            Err(problems) => {
                let problem =
                    problems.first().map(|problem| format!("{}: {}", problem.path, problem.message));
                tracing::error!(
                    tag.id = version.tag_id,
                    tag.version = version.number,
                    problem = problem.unwrap_or_default(),
                    "a published tag does not run: its configuration is no longer valid"
                );
                None
            }
        }
    }
}

fn hash(write_key: &str) -> KeyHash {
    Sha256::digest(write_key).into()
}
