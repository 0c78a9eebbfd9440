//! The questions that both databases answer in the same words.
//!
//! Only selects live here. What writes, locks or claims is each database's own.

/// Users, with whether signing in asks them for a code.
macro_rules! users {
    ($rest:literal) => {
        concat!(
            "select u.*, t.confirmed_at as two_step_since
             from users u left join two_steps t on t.user_id = u.id ",
            $rest
        )
    };
}

/// Sources that are not deleted, with one row per origin; fold with [`super::columns::sources`], which needs this order.
macro_rules! sources {
    ($condition:literal) => {
        concat!(
            "select s.id, s.name, s.kind, s.write_key, s.old_key, s.old_key_ends_at, s.created_at,
                    s.revision, o.origin
             from sources s left join source_origins o on o.source_id = s.id
             where s.deleted_at is null ",
            $condition,
            " order by lower(s.name), s.id, o.position"
        )
    };
}

/// Tags that are not deleted, with their live versions.
macro_rules! tags {
    ($condition:literal) => {
        concat!(
            "select t.id as tag_id, t.name, t.draft, t.revision, t.created_at, t.edited_at, t.edited_by,
                    t.paused_at, t.paused_by, v.id as version_id, v.number, v.tag_name, v.config,
                    v.published_at, v.published_by, v.note, v.content_hash, v.copy_of
             from tags t left join versions v on v.id = t.live_version_id
             where t.deleted_at is null ",
            $condition,
            " order by lower(t.name), t.id"
        )
    };
}

/// Runs as the live list shows them. A tag is named as it was when its version was published.
macro_rules! runs {
    ($rest:literal) => {
        concat!(
            "select r.id, r.event_id, r.received_at, r.source_id, s.name as source_name, e.event_name,
                    r.event_out, r.tag_id, v.tag_name, v.number as version, r.outcome, r.reason, r.value,
                    r.currency, r.http_status, r.latency_ms, r.attempts, r.next_at, e.test
             from runs r
             join events e on e.id = r.event_id
             join sources s on s.id = r.source_id
             left join versions v on v.id = r.version_id ",
            $rest
        )
    };
}

pub(super) use {runs, sources, tags, users};

/// The live version of each tag.
pub(super) const PUBLISHED: &str =
    "select v.id as version_id, v.tag_id, v.number, v.tag_name, v.config, v.published_at, v.published_by,
            v.note, v.content_hash, v.copy_of
     from versions v join tags t on t.live_version_id = v.id
     where t.deleted_at is null
     order by lower(v.tag_name), v.tag_id";

/// `$1`: the tag; `$2`: its version's number.
pub(super) const VERSION: &str =
    "select v.id as version_id, v.tag_id, v.number, v.tag_name, v.config, v.published_at, v.published_by,
            v.note, v.content_hash, v.copy_of
     from versions v join tags t on t.id = v.tag_id
     where v.tag_id = $1 and v.number = $2 and t.deleted_at is null";

/// `$1`: the tag; `$2`: only numbers below this one; `$3`: how many.
pub(super) const VERSIONS: &str =
    "select v.number, v.tag_name, v.published_at, v.published_by, v.note, v.content_hash, v.copy_of,
            t.live_version_id is not null and t.live_version_id = v.id as live
     from versions v join tags t on t.id = v.tag_id
     where v.tag_id = $1 and v.number < $2 and t.deleted_at is null
     order by v.number desc limit $3";

/// A tag that runs, and for which deliveries are held.
pub(super) const HELD_THOUGH_RUNNING: &str = "select t.id from tags t
     where t.paused_at is null and t.deleted_at is null
       and exists (select 1 from deliveries d where d.tag_id = t.id and d.state = 'held')
     limit 1";

/// `$1`: a time. A tag that was deleted before it, and for which deliveries are held.
pub(super) const HELD_THOUGH_GONE: &str = "select t.id from tags t
     where t.deleted_at < $1
       and exists (select 1 from deliveries d where d.tag_id = t.id and d.state = 'held')
     limit 1";

/// `$1`: the tag; `$2`: how many.
pub(super) const OLDEST_HELD: &str = "select id from deliveries
     where tag_id = $1 and state = 'held' order by next_at, id limit $2";

/// `$1`: the tag.
pub(super) const HELD: &str = "select count(*) as deliveries, min(accepted_at) as oldest
     from deliveries where tag_id = $1 and state = 'held'";

/// `$1`: the run.
pub(super) const RUN_DOCUMENTS: &str = "select e.data, e.request, t.trace
     from runs r join events e on e.id = r.event_id join run_traces t on t.run_id = r.id
     where r.id = $1";

/// `$1`: the run.
pub(super) const RUN_DELIVERIES: &str = "select d.id, q.request, d.outcome, d.reason, d.next_at
     from deliveries d join delivery_requests q on q.delivery_id = d.id
     where d.run_id = $1 order by d.position";

/// `$1`: the run.
pub(super) const RUN_ATTEMPTS: &str = "select a.delivery_id, a.number, a.started_at, a.latency_ms, a.reply,
            a.steps
     from attempts a join deliveries d on d.id = a.delivery_id
     where d.run_id = $1 order by a.delivery_id, a.number";

/// `$1`: since when, which is also where the first stretch starts; `$2`: the length of a stretch.
pub(super) const HISTOGRAM: &str =
    "select $1 + (received_at - $1) / $2 * $2 as at, outcome, count(*) as count
     from runs where received_at >= $1
     group by 1, 2 order by 1, 2";

/// `$1`: since when.
pub(super) const TRAFFIC_BY_SOURCE: &str =
    "select source_id as id, outcome, count(*) as count, max(received_at) as last_at
     from runs where received_at >= $1
     group by 1, 2 order by 1, 2";

/// `$1`: since when.
pub(super) const TRAFFIC_BY_TAG: &str =
    "select tag_id as id, outcome, count(*) as count, max(received_at) as last_at
     from runs where received_at >= $1 and tag_id is not null
     group by 1, 2 order by 1, 2";

/// `$1`: since.
pub(super) const LOSSES: &str = "select outcome, reason, count(*) as count
     from runs
     where received_at >= $1 and outcome <> 'delivered' and reason is not null
     group by outcome, reason
     order by count desc, reason, outcome";
