-- How regularly and how much each account orders, up to $as_of. An order is a day on which something was sold to it;
-- its value is the day's sale lines. A sale that a rate turns into less than half a minor unit is none: zero has no log.
-- Gaps are days between one order and the next. One row an account; bound: accounts.
WITH orders AS (
    SELECT account, day, CAST(SUM(amount) AS BIGINT) AS value
    FROM lines
    WHERE account > 0 AND kind = 1 AND amount > 0 AND day <= $as_of
    GROUP BY account, day
),
spaced AS (
    SELECT account, day, value, LAG(day) OVER (PARTITION BY account ORDER BY day) AS before
    FROM orders
)
SELECT
    account,
    COUNT(*) AS orders,
    CAST(SUM(CASE WHEN day >= $since THEN 1 ELSE 0 END) AS BIGINT) AS orders_since,
    MIN(day) AS first_order,
    MAX(day) AS last_order,
    CAST(SUM(LN(CAST(value AS DOUBLE))) AS DOUBLE) AS sum_log,
    CAST(SUM(LN(CAST(value AS DOUBLE)) * LN(CAST(value AS DOUBLE))) AS DOUBLE) AS sum_log_squared,
    CAST(SUM(value) AS BIGINT) AS sale,
    CAST(SUM(CASE WHEN before IS NULL THEN 0 ELSE LN(CAST(DATE_DIFF('day', before, day) AS DOUBLE)) END) AS DOUBLE) AS sum_log_gap
FROM spaced
GROUP BY account
