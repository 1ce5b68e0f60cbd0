-- What each chosen account bought of each item by month, since $since up to $as_of: sales of goods alone (kind 1), since
-- freight, fees and the like are kinds of their own. Month is year × 12 + month − 1. `size` is the class of the day's largest
-- line of the item, by the customary quantity breaks (2, 3, 4, 5, 6, 8, 10, 12 … 1,000 pieces), so that what a break saves
-- can still be taken out; `orders` counts the days. The price of a line is amount ÷ quantity, of which the sum of logs and
-- of squared logs; `listed` lines have a list price, of which the sum of logs.
-- One row an account, item, month and size with a sale; bound: 20 million.
WITH bought AS (
    SELECT
        chosen.account, item, day, COUNT(*) AS lines, MAX(quantity_e6) AS largest_e6,
        CAST(SUM(quantity_e6) AS BIGINT) AS quantity_e6,
        CAST(SUM(amount) AS BIGINT) AS amount,
        CAST(SUM(LN(CAST(amount AS DOUBLE)) - LN(CAST(quantity_e6 AS DOUBLE))) AS DOUBLE) AS sum_log,
        CAST(SUM((LN(CAST(amount AS DOUBLE)) - LN(CAST(quantity_e6 AS DOUBLE))) * (LN(CAST(amount AS DOUBLE)) - LN(CAST(quantity_e6 AS DOUBLE)))) AS DOUBLE) AS sum_log_squared,
        CAST(SUM(CASE WHEN list_price_e6 > 0 THEN 1 ELSE 0 END) AS BIGINT) AS listed,
        CAST(SUM(CASE WHEN list_price_e6 > 0 THEN LN(CAST(list_price_e6 AS DOUBLE)) ELSE 0 END) AS DOUBLE) AS sum_log_list
    FROM lines
    JOIN chosen ON chosen.account = lines.account
    WHERE kind = 1 AND amount > 0 AND quantity_e6 > 0 AND item > 0 AND day >= $since AND day <= $as_of
    GROUP BY chosen.account, item, day
),
sized AS (
    SELECT account, item, CAST(EXTRACT(YEAR FROM day) AS BIGINT) * 12 + CAST(EXTRACT(MONTH FROM day) AS BIGINT) - 1 AS month,
        CASE
        WHEN largest_e6 < 2000000 THEN 0 WHEN largest_e6 < 3000000 THEN 1 WHEN largest_e6 < 4000000 THEN 2 WHEN largest_e6 < 5000000 THEN 3
        WHEN largest_e6 < 6000000 THEN 4 WHEN largest_e6 < 8000000 THEN 5 WHEN largest_e6 < 10000000 THEN 6 WHEN largest_e6 < 12000000 THEN 7
        WHEN largest_e6 < 15000000 THEN 8 WHEN largest_e6 < 18000000 THEN 9 WHEN largest_e6 < 20000000 THEN 10 WHEN largest_e6 < 24000000 THEN 11
        WHEN largest_e6 < 30000000 THEN 12 WHEN largest_e6 < 36000000 THEN 13 WHEN largest_e6 < 40000000 THEN 14 WHEN largest_e6 < 48000000 THEN 15
        WHEN largest_e6 < 50000000 THEN 16 WHEN largest_e6 < 60000000 THEN 17 WHEN largest_e6 < 72000000 THEN 18 WHEN largest_e6 < 96000000 THEN 19
        WHEN largest_e6 < 100000000 THEN 20 WHEN largest_e6 < 144000000 THEN 21 WHEN largest_e6 < 200000000 THEN 22 WHEN largest_e6 < 250000000 THEN 23
        WHEN largest_e6 < 500000000 THEN 24 WHEN largest_e6 < 1000000000 THEN 25
        ELSE 26 END AS size,
        lines, quantity_e6, amount, sum_log, sum_log_squared, listed, sum_log_list
    FROM bought
)
SELECT
    account, item, month, size,
    CAST(SUM(lines) AS BIGINT) AS lines,
    COUNT(*) AS orders,
    CAST(SUM(quantity_e6) AS BIGINT) AS quantity_e6,
    CAST(SUM(amount) AS BIGINT) AS amount,
    CAST(SUM(sum_log) AS DOUBLE) AS sum_log,
    CAST(SUM(sum_log_squared) AS DOUBLE) AS sum_log_squared,
    CAST(SUM(listed) AS BIGINT) AS listed,
    CAST(SUM(sum_log_list) AS DOUBLE) AS sum_log_list
FROM sized
GROUP BY account, item, month, size
