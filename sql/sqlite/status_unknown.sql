SELECT name, n FROM (
SELECT t.word AS name, t.n FROM tallies AS t
 WHERE t.kind = 'all' AND t.n <> 0
   AND t.word NOT IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled', 'unknown', 'retryable'))
