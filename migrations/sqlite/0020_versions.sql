-- What a version says about itself, and what an edit started from.

-- Why it was published, in its author's words.
alter table versions add column note text not null default '';

-- SHA-256 of the configuration in canonical form, in lower-case hexadecimal: equal exactly when the content is.
-- Null in versions from before this column.
alter table versions add column content_hash text;

-- The number of the version whose content this one brought back; null when it was published from a draft.
alter table versions add column copy_of integer;

-- Drafts that were saved over. When two people edit one draft, what both of them started from tells which of
-- them changed a field. Kept for a day, which is longer than anybody stays signed in with a form open.
create table past_drafts (
    tag_id   text    not null references tags (id) on delete cascade,
    -- The revision that it was.
    revision integer not null,
    name     text    not null,
    -- As JSON.
    draft    text    not null,
    -- When it was saved over.
    ended_at integer not null,
    primary key (tag_id, revision)
) strict, without rowid;
