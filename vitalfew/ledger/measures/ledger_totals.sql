-- All lines from $since up to $as_of by kind of line and by whether somebody is named. Bound: ten rows.
WITH told AS (
    SELECT kind, CASE WHEN account > 0 THEN 1 ELSE 0 END AS named, day, amount
    FROM lines
    WHERE day >= $since AND day <= $as_of
)
SELECT kind, named, COUNT(*) AS lines, CAST(SUM(amount) AS BIGINT) AS net, MIN(day) AS first_day, MAX(day) AS last_day
FROM told
GROUP BY kind, named
