-- The index is named: a plan that reads rows in another order locks all that it reads. Rows that another worker is about to
-- claim are passed over. `from` is empty, or the place in the index before which nothing is pending.
SELECT id, task_name, args, kwargs, recipient, content, sender, retry_count, max_retries, attempt, expires_at, batch_id, priority,
       created_at, departed > 0
  FROM queued_tasks FORCE INDEX (queued_tasks_claim)
 WHERE task_func = ?1 AND claimable = 1 {from}
 ORDER BY claim_order, id
 LIMIT ?2
   FOR UPDATE SKIP LOCKED
