-- The index is named: the application has its own index on `status`, which leads to a sort of the whole backlog.
SELECT id, task_name, args, kwargs, recipient, content, sender, retry_count, max_retries, attempt, expires_at, batch_id, priority,
       created_at
  FROM queued_tasks INDEXED BY queued_tasks_claim
 WHERE status = 'pending' AND task_func = ?1
 ORDER BY priority DESC, id
 LIMIT ?2
