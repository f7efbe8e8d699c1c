SELECT id, task_name, args, kwargs, recipient, content, sender, retry_count, max_retries, attempt, expires_at, batch_id, priority
  FROM queued_tasks
 WHERE status = 'pending' AND task_func = ?1
 ORDER BY priority DESC, id
 LIMIT ?2
