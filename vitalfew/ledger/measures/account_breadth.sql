-- How broadly each account buys since $since, up to $as_of: different goods bought, and how many of them it had bought before;
-- sale lines of goods and what they come to; and what came back as credits (below zero). `all_items` and `all_lines` are goods
-- and their sale lines of the whole time; first and last day are those of a sale or a credit.
-- "Before" is as long before $since as it is from $since to $as_of, both inside: the goods bought then (`items_before`), those of
-- them bought since too (`items_both`), sale lines of goods; a credit day is one on which something was credited to the account.
-- One row an account with a sale or a credit up to $as_of; bound: accounts.
WITH goods AS (
    SELECT
        account, item, MIN(day) AS first_day, MAX(day) AS last_day,
        CAST(SUM(CASE WHEN day < $since AND DATE_DIFF('day', day, $since) <= DATE_DIFF('day', $since, $as_of) + 1 THEN 1 ELSE 0 END) AS BIGINT)
            AS lines_before
    FROM lines
    WHERE account > 0 AND kind = 1 AND amount > 0 AND item > 0 AND day <= $as_of
    GROUP BY account, item
),
ranges AS (
    SELECT
        account,
        COUNT(*) AS all_items,
        CAST(SUM(CASE WHEN last_day >= $since THEN 1 ELSE 0 END) AS BIGINT) AS items,
        CAST(SUM(CASE WHEN last_day >= $since AND first_day < $since THEN 1 ELSE 0 END) AS BIGINT) AS items_known,
        CAST(SUM(CASE WHEN lines_before > 0 THEN 1 ELSE 0 END) AS BIGINT) AS items_before,
        CAST(SUM(CASE WHEN lines_before > 0 AND last_day >= $since THEN 1 ELSE 0 END) AS BIGINT) AS items_both,
        CAST(SUM(lines_before) AS BIGINT) AS lines_before
    FROM goods
    GROUP BY account
),
credited AS (
    SELECT account, day
    FROM lines
    WHERE account > 0 AND kind = 2 AND day <= $as_of
    GROUP BY account, day
),
notes AS (
    SELECT
        account,
        CAST(SUM(CASE WHEN day >= $since THEN 1 ELSE 0 END) AS BIGINT) AS credit_days,
        CAST(SUM(CASE WHEN day < $since AND DATE_DIFF('day', day, $since) <= DATE_DIFF('day', $since, $as_of) + 1 THEN 1 ELSE 0 END) AS BIGINT)
            AS credit_days_before
    FROM credited
    GROUP BY account
),
told AS (
    SELECT
        account, day, amount,
        CASE WHEN kind = 1 AND amount > 0 AND item > 0 THEN 1 ELSE 0 END AS sold,
        CASE WHEN kind = 2 AND day >= $since THEN amount ELSE 0 END AS returned
    FROM lines
    WHERE account > 0 AND kind <= 2 AND day <= $as_of
),
sums AS (
    SELECT
        account,
        CAST(SUM(CASE WHEN day >= $since THEN sold ELSE 0 END) AS BIGINT) AS lines,
        CAST(SUM(CASE WHEN day >= $since THEN sold * amount ELSE 0 END) AS BIGINT) AS sale,
        CAST(SUM(returned) AS BIGINT) AS returned,
        CAST(SUM(sold) AS BIGINT) AS all_lines,
        MIN(day) AS first_day,
        MAX(day) AS last_day
    FROM told
    GROUP BY account
)
SELECT
    sums.account, COALESCE(items, 0) AS items, COALESCE(items_known, 0) AS items_known, lines, sale, returned,
    COALESCE(items_before, 0) AS items_before, COALESCE(items_both, 0) AS items_both, COALESCE(lines_before, 0) AS lines_before,
    COALESCE(credit_days, 0) AS credit_days, COALESCE(credit_days_before, 0) AS credit_days_before,
    COALESCE(all_items, 0) AS all_items, all_lines, first_day, last_day
FROM sums
LEFT JOIN ranges ON ranges.account = sums.account
LEFT JOIN notes ON notes.account = sums.account
