-- All that never left at once; the rows are locked, and their fences were looked at.
UPDATE queued_tasks FORCE INDEX (PRIMARY)
   SET status = 'pending', started_at = NULL, departed = greatest(departed - 1, 0), revision = revision + 1
 WHERE id IN ({ids})
