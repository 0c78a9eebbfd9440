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
-- new event, a retry, a lease that ends. None of these then has to lock a tag. A pause can end between a worker's
-- claim and its settle; what is held then although its tag runs, the next look for such deliveries releases.
--
-- Locking: a release locks runs and then deliveries, each in the order of their ids, as a settle does.

alter table deliveries
    drop constraint deliveries_state_check,
    add constraint deliveries_state_check check (state in ('waiting', 'sending', 'held', 'done'));

-- The run's, repeated for the index. Null in runs of no tag, which have no deliveries.
alter table deliveries add column tag_id text collate "C";

update deliveries d set tag_id = r.tag_id from runs r where r.id = d.run_id;

-- What is held for a tag, oldest first?
create index deliveries_held on deliveries (tag_id, next_at, id) where state = 'held';
