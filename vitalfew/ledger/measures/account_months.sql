-- Net sales of each account by month since $since, up to $as_of. Month is year × 12 + month − 1.
-- One row an account and month with lines; bound: accounts × months.
WITH dated AS (
    SELECT account, CAST(EXTRACT(YEAR FROM day) AS BIGINT) * 12 + CAST(EXTRACT(MONTH FROM day) AS BIGINT) - 1 AS month, amount
    FROM lines
    WHERE account > 0 AND day >= $since AND day <= $as_of
)
SELECT account, month, CAST(SUM(amount) AS BIGINT) AS net
FROM dated
GROUP BY account, month
