-- People beyond the first: the role between editor and administrator, who is shut out, invitations, sessions
-- that can be listed and ended one by one, and the second step of signing in.

alter table users drop constraint users_role_check;

alter table users add check (role in ('viewer', 'editor', 'publisher', 'admin'));

-- Since when the user may not sign in; null for those who may.
alter table users add column disabled_at bigint;

-- Links that each make one user. At most one per address: a new one replaces the old.
create table invites (
    id         text collate "C" not null primary key,
    -- Lower case.
    email      text collate "C" not null unique,
    role       text             not null check (role in ('viewer', 'editor', 'publisher', 'admin')),
    -- SHA-256 of the token in the link; the token itself is shown once and never kept.
    token_hash bytea            not null unique,
    created_at bigint           not null,
    -- The name, at that time, of the user who invited.
    created_by text             not null,
    -- From this time on the link is over.
    expires_at bigint           not null
);

-- Who has a session now signs in once more: the old rows do not say whose they are.
drop table sessions;

create table sessions (
    -- SHA-256 of the id in the browser's cookie.
    id_hash    bytea            not null primary key,
    -- Null until somebody has signed in.
    user_id    text collate "C" references users (id) on delete cascade,
    -- The session as the session layer wrote it.
    data       bytea            not null,
    created_at bigint           not null,
    -- When it was last used, to about a minute.
    seen_at    bigint           not null,
    -- Where it was begun, shortened to the network.
    address    text             not null,
    -- From this time on the session is over.
    expires_at bigint           not null
);

-- Which sessions are over?
create index sessions_by_end on sessions (expires_at);

-- Which sessions does a user have?
create index sessions_by_user on sessions (user_id);

-- The second step of signing in: codes from an app (RFC 6238).
create table two_steps (
    user_id      text collate "C" not null primary key references users (id) on delete cascade,
    -- The shared secret, sealed with a key that is not in this database.
    secret       bytea            not null,
    -- When the user proved to have it; null until then, and not asked for.
    confirmed_at bigint,
    -- The latest time step a code was taken for: an equal or earlier one is refused, so no code works twice.
    last_step    bigint           not null
);

-- Ways in without the app. A row is deleted when its code is used.
create table recovery_codes (
    -- SHA-256 of the code.
    code_hash bytea            not null primary key,
    user_id   text collate "C" not null references users (id) on delete cascade
);

-- Which codes does a user have left?
create index recovery_codes_by_user on recovery_codes (user_id);
