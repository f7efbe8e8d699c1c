-- The rows themselves: the tallies know how many there are, and not their words.
SELECT status, count(*), min(id)
  FROM queued_tasks
 WHERE status NOT IN ('pending', 'scheduled', 'processing', 'completed', 'failed', 'held', 'cancelled')
 GROUP BY status
 ORDER BY status
 LIMIT 20
