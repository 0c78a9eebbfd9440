-- What came in, and what each tag made of it. Personal values are already hashes and shapes.

-- An accepted event. Rows are never changed. The documents come last, so that reading the rest of a row does
-- not touch the pages they spill to.
create table events (
    id          text collate "C" not null primary key,
    source_id   text collate "C" not null references sources (id),
    received_at bigint           not null,
    -- The sender's name for it.
    event_name  text             not null,
    -- The sender's id, or the one issued here.
    event_id    text collate "C",
    -- Sent from the interface to try things out.
    test        boolean          not null,
    -- The event data, as JSON.
    data        text             not null,
    -- The incoming request, as JSON.
    request     text             not null
);

-- Which events are old enough to go?
create index events_by_time on events (received_at);

-- Keys of accepted events. An event with a key that is here and not over is a duplicate; a key that is over
-- is taken anew in the same statement. Apart from `events`, because keys may end before events do.
create table seen_events (
    source_id  text collate "C" not null,
    -- SHA-256 of what tells the source's events apart: short whatever the sender uses, and no plain text.
    key_hash   bytea            not null,
    -- When the event that holds the key was received.
    seen_at    bigint           not null,
    -- From this time on the key is free again.
    expires_at bigint           not null,
    primary key (source_id, key_hash)
);

-- Which keys are over?
create index seen_events_by_end on seen_events (expires_at);

-- An event's run through one tag. Narrow, because every try updates it: see `run_traces` for the explanation.
-- Outcome, reason, attempts and what follows them are the sum of the run's deliveries, kept here so that the
-- live list reads one row per line; whoever settles a delivery writes the sum in the same transaction.
create table runs (
    id          text collate "C" not null primary key,
    event_id    text collate "C" not null references events (id) on delete cascade,
    -- The event's, repeated for the indexes.
    received_at bigint           not null,
    source_id   text collate "C" not null references sources (id),
    -- The version that ran, and its tag; null when no tag took the event.
    version_id  text collate "C" references versions (id),
    tag_id      text collate "C",
    -- Amazon's name of the event, once it has one.
    event_out   text,
    -- The outcome of its deliveries that asks for most attention.
    outcome     text collate "C" not null,
    -- Why it ended or waits, as a stable code; null while pending.
    reason      text,
    -- The event's value and currency as sent, for the list.
    value       text,
    currency    text,
    -- Amazon's answer to the last try; null when there was none.
    http_status bigint,
    -- How long the last try took, in milliseconds.
    latency_ms  bigint,
    -- The most tries made for any of its deliveries.
    attempts    bigint           not null default 0,
    -- When the next retry is planned; null when none is.
    next_at     bigint
);

-- Newest first, by the primary key; and newest first of one outcome, source, tag.
create index runs_by_outcome on runs (outcome, id);
create index runs_by_source on runs (source_id, id);
create index runs_by_tag on runs (tag_id, id);

-- Which runs does an event have? Also what lets an event be deleted.
create index runs_by_event on runs (event_id);

-- How many of each outcome, source, tag since when? Answered from this index alone.
create index runs_by_time on runs (received_at, outcome, source_id, tag_id);

-- The explanation of a run. Rows are never changed.
create table run_traces (
    run_id text collate "C" not null primary key references runs (id) on delete cascade,
    -- The steps, as JSON.
    trace  text             not null
);
