-- Outside of a transaction, and without a lock: where the pending tasks begin. Before them in the index stand the entries of those
-- that were claimed and are not yet tidied up, thousands of them in a quick drain, and to pass over one with a lock costs much more.
SELECT claim_order, id
  FROM queued_tasks FORCE INDEX (queued_tasks_claim)
 WHERE task_func = ?1 AND claimable = 1
 ORDER BY claim_order, id
 LIMIT 1
