-- What each account bought up to $as_of, all of it and since $since. One row an account; bound: accounts.
SELECT
    account,
    COUNT(*) AS lines,
    CAST(SUM(amount) AS BIGINT) AS net,
    CAST(SUM(CASE WHEN day >= $since THEN amount ELSE 0 END) AS BIGINT) AS net_since,
    CAST(SUM(CASE WHEN amount < 0 THEN amount ELSE 0 END) AS BIGINT) AS credits,
    CAST(SUM(CASE WHEN amount < 0 THEN 1 ELSE 0 END) AS BIGINT) AS credit_lines,
    CAST(SUM(CASE WHEN cost IS NOT NULL THEN amount - cost ELSE 0 END) AS BIGINT) AS margin,
    CAST(SUM(CASE WHEN cost IS NOT NULL AND day >= $since THEN amount - cost ELSE 0 END) AS BIGINT) AS margin_since,
    CAST(SUM(CASE WHEN cost IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS costed_lines,
    MIN(day) AS first_day,
    MAX(day) AS last_day
FROM lines
WHERE account > 0 AND day <= $as_of
GROUP BY account
