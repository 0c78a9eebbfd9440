-- Keys with which programs call the API.

create table api_tokens (
    id           text    not null primary key,
    name         text    not null,
    -- What it may do at most; each scope holds those before it.
    scope        text    not null check (scope in ('read', 'write', 'publish', 'admin')),
    -- SHA-256 of the token; the token itself is shown once and never kept.
    token_hash   blob    not null unique,
    -- Who made it: it may never do more than they may, and nothing while they are shut out. Null when it was
    -- made on the command line.
    owner_id     text    references users (id) on delete cascade,
    created_at   integer not null,
    -- From this time on it is over.
    expires_at   integer not null,
    -- To about a minute.
    last_used_at integer,
    revoked_at   integer
) strict, without rowid;
