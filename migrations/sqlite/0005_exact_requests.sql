-- What is kept of a request is what may be shown; what identifies a visitor is kept for as long as it must be sent.
--
-- `request` holds the request with tokens and personal values masked, for good. Where that differs from what has
-- to be sent, `sealed` holds the exact request from acceptance until the delivery has ended: the settle that ends
-- it sets `sealed` to null in the same transaction. A retry after a restart therefore sends what the first try
-- would have sent, and nothing is left of it afterwards.

-- The exact request, as JSON; null when `request` is exact, and once the delivery has ended.
alter table delivery_requests add column sealed text;

-- How the tag logs its requests outside Sidetag, as JSON; null when it does not.
alter table delivery_requests add column log text;

-- The steps of the try, as JSON; null in tries from before this column, whose steps follow from the reply.
alter table attempts add column steps text;

-- The address used to be stored whole, with its query; now it is put together from endpoint and parameters.
update delivery_requests
set request = json_set(
    json_remove(request, '$.url'),
    '$.endpoint',
    substr(request ->> '$.url', 1, instr((request ->> '$.url') || '?', '?') - 1)
)
where request ->> '$.url' is not null;
