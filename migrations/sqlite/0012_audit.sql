-- Who did what. Rows are only added, in the transaction of what they tell of; retention takes the oldest.

create table audit (
    -- UUIDv7, so the order of ids is the order of time.
    id           text    not null primary key,
    at           integer not null,
    -- What part of Sidetag it concerns, such as people.
    area         text    not null,
    -- What was done, such as people.invited.
    act          text    not null,
    -- Who did it; null when nobody had signed in. No reference: the trace outlives the user.
    person_id    text,
    -- Their name at that time.
    person_name  text    not null,
    -- Through what: browser, token, command, server.
    via          text    not null,
    -- What it was done to, when it has an id.
    subject_id   text,
    -- Its name at that time.
    subject_name text    not null,
    -- Where the request came from; empty when there was none.
    address      text    not null,
    -- More, as JSON, without secrets.
    details      text    not null
) strict, without rowid;

-- What did a person do, newest first?
create index audit_by_person on audit (person_id, id);

-- What happened in an area, newest first?
create index audit_by_area on audit (area, id);

create trigger audit_only_grows before update on audit
begin
    select raise(abort, 'the audit log is never changed');
end;
