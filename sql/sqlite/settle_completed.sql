UPDATE queued_tasks
   SET status = 'completed', completed_at = ?4, provider_message_id = ?5, error_message = NULL, error_type = NULL,
       revision = revision + 1
 WHERE id = ?1 AND status = 'processing' AND attempt = ?2 AND worker_id = ?3
RETURNING task_func, batch_id, 0
