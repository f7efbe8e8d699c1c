-- All at once; the rows are locked.
UPDATE queued_tasks FORCE INDEX (PRIMARY)
   SET status = 'pending', available_at = NULL, revision = revision + 1
 WHERE id IN ({ids})
