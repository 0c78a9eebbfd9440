-- The queue of deliveries, and the tries made.
--
-- States: a delivery waits until `next_at`, is being sent by whoever holds its lease, and then either waits
-- again or is done.
--
--     waiting --claim--> sending --settle--> done
--        ^------settle (retry), lease over------'
--
-- Locking: a claim takes rows with `for update skip locked`, so claimers pass each other by and no delivery is
-- claimed twice; freeing passes locked rows by in the same way. A settle locks the runs it will sum up and
-- their deliveries, both in the order of their ids, before it changes any: two settles of one run then happen
-- one after the other, and the later one sums up what the earlier one wrote. The lease guards against time: a
-- worker that was slow beyond it finds that its delivery was freed, and what it settles then changes nothing.

create table deliveries (
    id          text collate "C" not null primary key,
    run_id      text collate "C" not null references runs (id) on delete cascade,
    -- The delivery's place in its run, from 0: the order of the tag IDs in the configuration.
    position    bigint           not null,
    -- When its event was accepted; retries end a fixed time after it.
    accepted_at bigint           not null,
    state       text             not null check (state in ('waiting', 'sending', 'done')),
    -- Where it stands with Amazon.
    outcome     text             not null,
    -- Why it ended or waits, as a stable code; null before the first try ends.
    reason      text,
    -- When it is due. Kept while it is sent, so that it is due at once when its lease ends.
    next_at     bigint,
    -- How many tries have ended.
    attempts    bigint           not null default 0,
    -- Who sends it: a token that a settle must show.
    lease       text,
    -- From this time on the lease is over and may be taken away.
    lease_until bigint,
    check ((state = 'done') = (next_at is null)),
    check ((state = 'sending') = (lease is not null)),
    check ((state = 'sending') = (lease_until is not null))
);

-- What is due, oldest first? Holds only what waits, so it stays small however long the history.
create index deliveries_due on deliveries (next_at, id) where state = 'waiting';

-- Which leases are over?
create index deliveries_leased on deliveries (lease_until) where state = 'sending';

-- How do a run's deliveries stand?
create index deliveries_by_run on deliveries (run_id, position);

-- What a delivery sends. Apart from `deliveries`, because a queue row is rewritten twice per try and this never.
create table delivery_requests (
    delivery_id text collate "C" not null primary key references deliveries (id) on delete cascade,
    -- Address and parameters, as JSON.
    request     text             not null
);

-- One HTTP try. Rows are never changed.
create table attempts (
    delivery_id text collate "C" not null references deliveries (id) on delete cascade,
    -- 1, 2, 3 … within the delivery.
    number      bigint           not null,
    started_at  bigint           not null,
    latency_ms  bigint           not null,
    -- Amazon's answer, or the lack of one, as JSON.
    reply       text             not null,
    primary key (delivery_id, number)
);
