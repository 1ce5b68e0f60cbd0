-- How broadly each account buys since $since, up to $as_of: different goods bought, and how many of them it had bought before;
-- sale lines of goods and what they come to; and what came back as credits (below zero).
-- One row an account with a sale or a credit up to $as_of; bound: accounts.
WITH told AS (
    SELECT account, item, kind, day, amount,
        CASE WHEN kind = 1 AND amount > 0 AND item > 0 THEN 1 ELSE 0 END AS goods,
        CASE WHEN day >= $since THEN 1 ELSE 0 END AS lately
    FROM lines
    WHERE account > 0 AND kind <= 2 AND day <= $as_of
),
by_item AS (
    SELECT
        account, item,
        CAST(SUM(goods * lately) AS BIGINT) AS lines,
        CAST(SUM(goods * (1 - lately)) AS BIGINT) AS lines_before,
        CAST(SUM(goods * lately * amount) AS BIGINT) AS sale,
        CAST(SUM(CASE WHEN kind = 2 AND lately = 1 THEN amount ELSE 0 END) AS BIGINT) AS returned
    FROM told
    GROUP BY account, item
)
SELECT
    account,
    CAST(SUM(CASE WHEN lines > 0 THEN 1 ELSE 0 END) AS BIGINT) AS items,
    CAST(SUM(CASE WHEN lines > 0 AND lines_before > 0 THEN 1 ELSE 0 END) AS BIGINT) AS items_known,
    CAST(SUM(lines) AS BIGINT) AS lines,
    CAST(SUM(sale) AS BIGINT) AS sale,
    CAST(SUM(returned) AS BIGINT) AS returned
FROM by_item
GROUP BY account
