SELECT word, sum(n)
  FROM (SELECT word, n FROM tallies WHERE kind = 'all'
        UNION ALL
        SELECT word, n FROM tally_deltas WHERE kind = 'all') AS kept
 WHERE word NOT IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled', 'unknown', 'retryable')
 GROUP BY word
HAVING sum(n) <> 0
 ORDER BY word
