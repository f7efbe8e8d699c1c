-- The index has every task that is being sent, of all workers: few.
SELECT id, task_func, attempt, retry_count, max_retries, started_at, stranded
  FROM queued_tasks FORCE INDEX (queued_tasks_status)
 WHERE status = 'processing' AND worker_id = ?1
 ORDER BY id
 LIMIT ?2
