-- As claim_select, those of one priority from an id on.
SELECT id, task_name, args, kwargs, recipient, content, sender, retry_count, max_retries, attempt, expires_at, batch_id, priority,
       created_at
  FROM queued_tasks INDEXED BY queued_tasks_claim
 WHERE status = 'pending' AND task_func = ?1 AND priority = ?2 AND id >= ?3
 ORDER BY id
 LIMIT ?4
