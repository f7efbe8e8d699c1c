UPDATE queued_tasks
   SET status = 'pending', started_at = NULL, departed = max(departed - 1, 0), revision = revision + 1
 WHERE id = ?1 AND status = 'processing' AND (?2 IS NULL OR coalesce(attempt, 0) = ?2) AND worker_id = ?3
   AND (?4 IS NULL OR started_at = ?4)
RETURNING task_func, batch_id, 0, 0
