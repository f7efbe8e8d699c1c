-- Triggers count whatever word another program writes.
SELECT word, n
  FROM tallies
 WHERE kind = 'all' AND n <> 0
   AND word NOT IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled', 'unknown', 'retryable')
