-- All lines from $since up to $as_of by kind of line and by whether somebody is named. Bound: ten rows.
SELECT
    kind,
    CASE WHEN account > 0 THEN 1 ELSE 0 END AS named,
    COUNT(*) AS lines,
    CAST(SUM(amount) AS BIGINT) AS net,
    MIN(day) AS first_day,
    MAX(day) AS last_day
FROM lines
WHERE day >= $since AND day <= $as_of
GROUP BY kind, CASE WHEN account > 0 THEN 1 ELSE 0 END
