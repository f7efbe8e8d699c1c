-- All claims of one select at once; the rows are locked. Each has a time of its own: a microsecond after the one before, in the
-- order of their ids. What another program wrote into `attempt` counts as 0 if it is less, and the most that the column holds stays.
UPDATE queued_tasks FORCE INDEX (PRIMARY)
   SET status = 'processing', worker_id = ?1, attempt = least(greatest(coalesce(attempt, 0), 0), 2147483646) + 1,
       started_at = timestampadd(MICROSECOND, interval(id, {ids}) - 1, ?2), completed_at = NULL, available_at = NULL,
       departed = departed + 1, revision = revision + 1
 WHERE id IN ({ids}) AND status = 'pending'
