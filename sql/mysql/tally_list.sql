SELECT name, word, sum(n)
  FROM (SELECT name, word, n FROM tallies WHERE kind = ?1
        UNION ALL
        SELECT name, word, n FROM tally_deltas WHERE kind = ?1) AS kept
 GROUP BY name, word
HAVING sum(n) <> 0
 ORDER BY name, word
