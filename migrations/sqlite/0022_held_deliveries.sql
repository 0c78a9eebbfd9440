-- no-transaction
--
-- Deliveries can be held back while their tag is paused or deleted, and be released when it is back.
--
-- States: a delivery waits until `next_at`, and is then claimed by a worker. Who finds its tag stopped holds it
-- instead of sending it. A held delivery keeps its `next_at`, so that what is released goes out in its old order.
--
--     waiting --claim--> sending --settle--> done
--      ^   ^----settle (retry), lease over---'  |
--      |                                        | settle (the tag is stopped)
--      '-------------- release -------------- held --end (the tag is gone for good)--> done
--
-- Only a worker holds, with the lease it has, so that everything that makes a delivery wait may ignore pauses: a
-- new event, a retry, a lease that ends. A pause can end between a worker's claim and its settle; what is held
-- then although its tag runs, the next look for such deliveries releases.
--
-- SQLite cannot change a check, so the table is made anew. Its rows are referred to with `on delete cascade`, so
-- dropping the old table would take the others' rows along: that must be off, and can be switched outside of a
-- transaction only. Should the process end in between, the step runs again, and makes the same table once more.

pragma foreign_keys = off;

begin immediate;

create table queue (
    id          text    not null primary key,
    run_id      text    not null references runs (id) on delete cascade,
    -- The run's, repeated for the index. Null in runs of no tag, which have no deliveries.
    tag_id      text,
    -- The delivery's place in its run, from 0: the order of the tag IDs in the configuration.
    position    integer not null,
    -- When its event was accepted, or when it was released from being held; retries end a fixed time after it.
    accepted_at integer not null,
    state       text    not null check (state in ('waiting', 'sending', 'held', 'done')),
    -- Where it stands with Amazon.
    outcome     text    not null,
    -- Why it ended or waits, as a stable code; null before the first try ends.
    reason      text,
    -- When it is due. Kept while it is sent or held, so that it is due at once when that ends.
    next_at     integer,
    -- How many tries have ended.
    attempts    integer not null default 0,
    -- Who sends it: a token that a settle must show.
    lease       text,
    -- From this time on the lease is over and may be taken away.
    lease_until integer,
    check ((state = 'done') = (next_at is null)),
    check ((state = 'sending') = (lease is not null)),
    check ((state = 'sending') = (lease_until is not null))
) strict, without rowid;

insert into queue (id, run_id, tag_id, position, accepted_at, state, outcome, reason, next_at, attempts, lease,
                   lease_until)
select id, run_id, (select tag_id from runs where runs.id = run_id), position, accepted_at, state, outcome,
       reason, next_at, attempts, lease, lease_until
from deliveries;

drop table deliveries;

alter table queue rename to deliveries;

-- What is due, oldest first? Holds only what waits, so it stays small however long the history.
create index deliveries_due on deliveries (next_at, id) where state = 'waiting';

-- Which leases are over?
create index deliveries_leased on deliveries (lease_until) where state = 'sending';

-- What is held for a tag, oldest first?
create index deliveries_held on deliveries (tag_id, next_at, id) where state = 'held';

-- How do a run's deliveries stand?
create index deliveries_by_run on deliveries (run_id, position);

commit;

pragma foreign_keys = on;
