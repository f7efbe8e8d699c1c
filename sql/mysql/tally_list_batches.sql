-- Deltas may be many: they are added up in the order of their index, before they meet the tallies.
SELECT b.name, kept.word, sum(kept.n)
  FROM (SELECT name, word, n FROM tallies WHERE kind = 'batch'
        UNION ALL
        SELECT name, word, sum(n) FROM tally_deltas WHERE kind = 'batch' GROUP BY word, name) AS kept
  JOIN batches AS b ON b.id = CAST(kept.name AS UNSIGNED)
 GROUP BY b.name, kept.word
HAVING sum(kept.n) <> 0
 ORDER BY b.name, kept.word
