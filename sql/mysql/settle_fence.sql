-- The claims of a turn, locked in the order of their ids. Another program may have changed a row under its claim: what it
-- counts as is read from the row itself.
SELECT id, status, attempt, worker_id, task_func, batch_id, retry_count, max_retries, started_at, departed
  FROM queued_tasks FORCE INDEX (PRIMARY)
 WHERE id IN ({ids})
 ORDER BY id
   FOR UPDATE
