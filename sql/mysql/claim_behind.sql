-- The last task of a batch, how many of the batch are pending, and where those begin who stand behind its last task: NULL if nobody
-- does. Without a lock: between them and the batch may stand entries of tasks that were claimed and are not yet tidied up.
SELECT last.id,
       (SELECT coalesce(sum(n), 0) FROM tallies WHERE kind = 'batch' AND name = ?3 AND word = 'pending')
     + (SELECT coalesce(sum(n), 0) FROM tally_deltas WHERE kind = 'batch' AND name = ?3 AND word = 'pending'),
       (SELECT id
          FROM queued_tasks FORCE INDEX (queued_tasks_claim)
         WHERE task_func = ?1 AND claimable = 1 AND claim_order = ?2 AND id > last.id
         ORDER BY id
         LIMIT 1)
  FROM (SELECT max(id) AS id FROM queued_tasks FORCE INDEX (queued_tasks_batch) WHERE batch_id = ?4) AS last
 WHERE last.id IS NOT NULL
