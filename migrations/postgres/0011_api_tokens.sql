-- Keys with which programs call the API.

create table api_tokens (
    id           text collate "C" not null primary key,
    name         text collate "C" not null,
    -- What it may do at most; each scope holds those before it.
    scope        text             not null check (scope in ('read', 'write', 'publish', 'admin')),
    -- SHA-256 of the token; the token itself is shown once and never kept.
    token_hash   bytea            not null unique,
    -- Who made it: it may never do more than they may, and nothing while they are shut out. Null when it was
    -- made on the command line.
    owner_id     text collate "C" references users (id) on delete cascade,
    created_at   bigint           not null,
    -- From this time on it is over.
    expires_at   bigint           not null,
    -- To about a minute.
    last_used_at bigint,
    revoked_at   bigint
);
