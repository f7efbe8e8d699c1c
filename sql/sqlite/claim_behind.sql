-- Where those begin who stand behind the last task of a batch: NULL if nobody does, no row if that task's id is below ?4. Both are
-- seeks, however long the batch is: an index has the ids of a batch in order.
SELECT (SELECT id
          FROM queued_tasks INDEXED BY queued_tasks_claim
         WHERE status = 'pending' AND task_func = ?1 AND priority = ?2 AND id > last.id
         ORDER BY id
         LIMIT 1)
  FROM (SELECT max(id) AS id FROM queued_tasks INDEXED BY queued_tasks_batch WHERE batch_id = ?3) AS last
 WHERE last.id >= ?4
