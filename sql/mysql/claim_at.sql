-- As claim_select, those of one priority from an id on.
SELECT id, task_name, args, kwargs, recipient, content, sender, retry_count, max_retries, attempt, expires_at, batch_id, priority,
       created_at, departed > 0
  FROM queued_tasks FORCE INDEX (queued_tasks_claim)
 WHERE task_func = ?1 AND claimable = 1 AND claim_order = ?2 AND id >= ?3
 ORDER BY id
 LIMIT ?4
   FOR UPDATE SKIP LOCKED
