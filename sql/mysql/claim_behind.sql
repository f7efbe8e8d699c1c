-- Where those begin who stand behind the last task of a batch: NULL if nobody does, no row if that task's id is below ?4. Without
-- a lock: between them and the batch may stand entries of tasks that were claimed and are not yet tidied up.
SELECT (SELECT id
          FROM queued_tasks FORCE INDEX (queued_tasks_claim)
         WHERE task_func = ?1 AND claimable = 1 AND claim_order = 0 - ?2 AND id > last.id
         ORDER BY id
         LIMIT 1)
  FROM (SELECT max(id) AS id FROM queued_tasks FORCE INDEX (queued_tasks_batch) WHERE batch_id = ?3) AS last
 WHERE last.id >= ?4
