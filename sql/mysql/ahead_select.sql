-- Failed tasks that wait for their next attempt although the last one was made when the clock was ahead (after ?1): it was set back since.
-- They wait longest, so the last ones are looked at.
SELECT id
  FROM (SELECT id, started_at
          FROM queued_tasks FORCE INDEX (queued_tasks_due)
         WHERE due = 2 AND available_at > ?1
         ORDER BY available_at DESC
         LIMIT ?2) AS waiting
 WHERE started_at > ?1
