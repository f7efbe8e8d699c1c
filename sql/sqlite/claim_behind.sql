-- The last task of a batch, how many of the batch are pending, and where those begin who stand behind its last task: NULL if nobody
-- does. All three are seeks, however long the batch is: an index has the ids of a batch in order, and the tallies are exact.
SELECT last.id,
       coalesce((SELECT n FROM tallies WHERE kind = 'batch' AND name = CAST(?3 AS TEXT) AND word = 'pending'), 0),
       (SELECT id
          FROM queued_tasks INDEXED BY queued_tasks_claim
         WHERE status = 'pending' AND task_func = ?1 AND priority = ?2 AND id > last.id
         ORDER BY id
         LIMIT 1)
  FROM (SELECT max(id) AS id FROM queued_tasks INDEXED BY queued_tasks_batch WHERE batch_id = ?3) AS last
 WHERE last.id IS NOT NULL
