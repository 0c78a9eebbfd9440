-- What is configured: sources, tags, and the published versions of tags.

-- A single number that grows with every change to sources and published tags, so that each process knows when
-- to read them again. Every such change updates it first, which makes it the lock of the configuration.
create table configuration (
    -- Always 1: keeps the table at one row.
    only_one integer not null primary key check (only_one = 1),
    revision integer not null
) strict;

insert into configuration (only_one, revision) values (1, 0);

-- A website or back end that sends events.
create table sources (
    id         text    not null primary key,
    name       text    not null,
    kind       text    not null check (kind in ('website', 'server')),
    -- Lets its holder write events and nothing else; a website shows it to every visitor.
    write_key  text    not null unique,
    created_at integer not null
) strict, without rowid;

-- Origins whose browsers may send without a key. The key of this table is why no two sources share one.
create table source_origins (
    -- Lower case, such as https://www.shop.example.
    origin    text    not null primary key,
    source_id text    not null references sources (id) on delete cascade,
    -- The origin's place in the source's list, from 0.
    position  integer not null
) strict, without rowid;

-- Which origins does a source have?
create index source_origins_by_source on source_origins (source_id, position);

create table tags (
    id              text    not null primary key,
    name            text    not null,
    -- The configuration being edited, as JSON.
    draft           text    not null,
    -- Counts the draft's saves. A save names the revision it started from, so nobody overwrites a colleague.
    revision        integer not null,
    created_at      integer not null,
    -- When the draft was last saved.
    edited_at       integer not null,
    -- The name, at that time, of the user who saved it.
    edited_by       text    not null,
    -- The version that runs; null until the first is published.
    live_version_id text    references versions (id)
) strict, without rowid;

-- A published configuration. Rows are never changed.
create table versions (
    id           text    not null primary key,
    tag_id       text    not null references tags (id),
    -- 1, 2, 3 … within the tag.
    number       integer not null,
    -- The tag's name when this was published.
    tag_name     text    not null,
    -- The configuration, as JSON.
    config       text    not null,
    published_at integer not null,
    -- The name, at that time, of the user who published it.
    published_by text    not null,
    unique (tag_id, number)
) strict, without rowid;
