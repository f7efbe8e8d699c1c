SELECT id, task_func, attempt, retry_count, max_retries, started_at, stranded
  FROM queued_tasks INDEXED BY queued_tasks_processing
 WHERE status = 'processing' AND worker_id = ?1
 LIMIT ?2
