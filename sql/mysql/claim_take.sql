-- All claims of one select at once; the rows are locked. Each has a time of its own: a microsecond after the one before, in the
-- order of their ids.
UPDATE queued_tasks FORCE INDEX (PRIMARY)
   SET status = 'processing', worker_id = ?1, attempt = coalesce(attempt, 0) + 1,
       started_at = timestampadd(MICROSECOND, interval(id, {ids}) - 1, ?2), completed_at = NULL, available_at = NULL,
       departed = departed + 1, revision = revision + 1
 WHERE id IN ({ids}) AND status = 'pending'
