-- Who can sign in.

create table users (
    id            text    not null primary key,
    -- Lower case.
    email         text    not null unique,
    name          text    not null,
    -- What the user may do.
    role          text    not null check (role in ('viewer', 'editor', 'admin')),
    -- Argon2id in PHC string form.
    password_hash text    not null,
    created_at    integer not null
) strict, without rowid;

-- The one-time link that creates the first user. There is at most one, so putting a new one ends the old.
create table setup_token (
    -- Always 1: keeps the table at one row.
    only_one   integer not null primary key check (only_one = 1),
    -- SHA-256 of the token; the token itself is only ever printed.
    token_hash blob    not null,
    -- From this time on the link is over.
    expires_at integer not null
) strict;

create table sessions (
    -- SHA-256 of the id in the browser's cookie.
    id_hash    blob    not null primary key,
    -- The session as the session layer wrote it.
    data       blob    not null,
    -- From this time on the session is over.
    expires_at integer not null
) strict, without rowid;

-- Which sessions are over?
create index sessions_by_end on sessions (expires_at);
