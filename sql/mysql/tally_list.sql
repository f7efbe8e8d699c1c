-- Deltas may be many: they are added up in the order of their index, before they meet the tallies.
SELECT name, word, sum(n)
  FROM (SELECT name, word, n FROM tallies WHERE kind = ?1
        UNION ALL
        SELECT name, word, sum(n) FROM tally_deltas WHERE kind = ?1 GROUP BY word, name) AS kept
 GROUP BY name, word
HAVING sum(n) <> 0
 ORDER BY name, word
