-- Who can sign in.

create table users (
    id            text collate "C" not null primary key,
    -- Lower case.
    email         text collate "C" not null unique,
    name          text             not null,
    -- What the user may do.
    role          text             not null check (role in ('viewer', 'editor', 'admin')),
    -- Argon2id in PHC string form.
    password_hash text             not null,
    created_at    bigint           not null
);

-- The one-time link that creates the first user. There is at most one, so putting a new one ends the old, and
-- two processes that spend it meet on this row's lock.
create table setup_token (
    -- Always 1: keeps the table at one row.
    only_one   integer not null primary key check (only_one = 1),
    -- SHA-256 of the token; the token itself is only ever printed.
    token_hash bytea   not null,
    -- From this time on the link is over.
    expires_at bigint  not null
);

create table sessions (
    -- SHA-256 of the id in the browser's cookie.
    id_hash    bytea  not null primary key,
    -- The session as the session layer wrote it.
    data       bytea  not null,
    -- From this time on the session is over.
    expires_at bigint not null
);

-- Which sessions are over?
create index sessions_by_end on sessions (expires_at);
