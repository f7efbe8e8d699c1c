UPDATE OR FAIL queued_tasks
   SET status = 'processing', worker_id = ?2, attempt = ?3, started_at = ?4, completed_at = NULL, available_at = NULL,
       departed = departed + 1, revision = revision + 1
 WHERE id = ?1 AND status = 'pending'
