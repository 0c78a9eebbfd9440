-- What administrators set for everybody.

create table settings (
    -- Always 1: keeps the table at one row.
    only_one integer not null primary key check (only_one = 1),
    -- Counts the changes, so that nobody overwrites a colleague.
    revision bigint  not null,
    -- As JSON; what it does not name has its default.
    document text    not null
);

insert into settings (only_one, revision, document) values (1, 1, '{}');
