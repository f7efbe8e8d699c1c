-- Another program may have changed the row under the claim: what it counts as is read from the row itself.
SELECT task_func, batch_id, 0, 0
  FROM queued_tasks
 WHERE id = ?1 AND status = 'processing' AND (?2 IS NULL OR coalesce(attempt, 0) = ?2) AND worker_id = ?3
   AND (?4 IS NULL OR started_at = ?4)
