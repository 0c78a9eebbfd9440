-- What is configured: sources, tags, and the published versions of tags.

-- A single number that grows with every change to sources and published tags, so that each process knows when
-- to read them again. Every such change updates it first, which makes its row the lock of the configuration:
-- changes happen one after the other, whoever makes them.
create table configuration (
    -- Always 1: keeps the table at one row.
    only_one integer not null primary key check (only_one = 1),
    revision bigint  not null
);

insert into configuration (only_one, revision) values (1, 0);

-- A website or back end that sends events.
create table sources (
    id         text collate "C" not null primary key,
    name       text collate "C" not null,
    kind       text             not null check (kind in ('website', 'server')),
    -- Lets its holder write events and nothing else; a website shows it to every visitor.
    write_key  text collate "C" not null unique,
    created_at bigint           not null
);

-- Origins whose browsers may send without a key. The key of this table is why no two sources share one.
create table source_origins (
    -- Lower case, such as https://www.shop.example.
    origin    text collate "C" not null primary key,
    source_id text collate "C" not null references sources (id) on delete cascade,
    -- The origin's place in the source's list, from 0.
    position  bigint           not null
);

-- Which origins does a source have?
create index source_origins_by_source on source_origins (source_id, position);

create table tags (
    id              text collate "C" not null primary key,
    name            text collate "C" not null,
    -- The configuration being edited, as JSON.
    draft           text             not null,
    -- Counts the draft's saves. A save names the revision it started from, so nobody overwrites a colleague.
    revision        bigint           not null,
    created_at      bigint           not null,
    -- When the draft was last saved.
    edited_at       bigint           not null,
    -- The name, at that time, of the user who saved it.
    edited_by       text             not null,
    -- The version that runs; null until the first is published. References `versions`, see below.
    live_version_id text collate "C"
);

-- A published configuration. Rows are never changed.
create table versions (
    id           text collate "C" not null primary key,
    tag_id       text collate "C" not null references tags (id),
    -- 1, 2, 3 … within the tag.
    number       bigint           not null,
    -- The tag's name when this was published.
    tag_name     text collate "C" not null,
    -- The configuration, as JSON.
    config       text             not null,
    published_at bigint           not null,
    -- The name, at that time, of the user who published it.
    published_by text             not null,
    unique (tag_id, number)
);

alter table tags add foreign key (live_version_id) references versions (id);
