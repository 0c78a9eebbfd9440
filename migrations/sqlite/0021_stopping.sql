-- Stopping a tag or a source without losing it.

-- Since when, and by whom, the tag's deliveries are held back; null while they go out.
alter table tags add column paused_at integer;
alter table tags add column paused_by text;

-- Since when, and by whom, the tag is gone from every list; null while it is there. It can be restored for as
-- long as the settings say; then its row goes too, once no event refers to its versions any more.
alter table tags add column deleted_at integer;
alter table tags add column deleted_by text;

-- The same for a source.
alter table sources add column deleted_at integer;
alter table sources add column deleted_by text;

-- The origins of a source while it is deleted, as JSON: others may take them meanwhile.
alter table sources add column deleted_origins text;

-- Counts the changes of a source, so that nobody overwrites a colleague.
alter table sources add column revision integer not null default 1;

-- The write key before the current one, and when it stops working. There is at most one: a further key ends it.
alter table sources add column old_key text;
alter table sources add column old_key_ends_at integer;

-- Whose key was this?
create unique index sources_by_old_key on sources (old_key) where old_key is not null;
