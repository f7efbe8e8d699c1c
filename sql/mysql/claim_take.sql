-- All claims of one select at once; the rows are locked.
UPDATE queued_tasks FORCE INDEX (PRIMARY)
   SET status = 'processing', worker_id = ?1, attempt = coalesce(attempt, 0) + 1, started_at = ?2, completed_at = NULL,
       available_at = NULL, departed = departed + 1, revision = revision + 1
 WHERE id IN ({ids}) AND status = 'pending'
