-- The index is named: a plan that reads rows in another order locks all that it reads. Rows that another worker is about to
-- claim are passed over.
SELECT id, task_name, args, kwargs, recipient, content, sender, retry_count, max_retries, attempt, expires_at, batch_id, priority,
       created_at
  FROM queued_tasks FORCE INDEX (queued_tasks_claim)
 WHERE task_func = ?1 AND claimable = 1
 ORDER BY claim_order, id
 LIMIT ?2
   FOR UPDATE SKIP LOCKED
