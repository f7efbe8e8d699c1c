-- As claim_select, from a place in the index before which nothing is pending.
SELECT id, task_name, args, kwargs, recipient, content, sender, retry_count, max_retries, attempt, expires_at, batch_id, priority,
       created_at
  FROM queued_tasks FORCE INDEX (queued_tasks_claim)
 WHERE task_func = ?1 AND claimable = 1 AND ((claim_order = ?3 AND id >= ?4) OR claim_order > ?3)
 ORDER BY claim_order, id
 LIMIT ?2
   FOR UPDATE SKIP LOCKED
