-- Failed tasks that wait for their next attempt although the last one was made when the clock was ahead (after ?1): it was set back since.
-- They wait longest, so the last ones are looked at.
SELECT id
  FROM (SELECT id, started_at
          FROM queued_tasks INDEXED BY queued_tasks_retry
         WHERE status = 'failed' AND available_at IS NOT NULL AND available_at > ?1
         ORDER BY available_at DESC
         LIMIT ?2)
 WHERE started_at > ?1
