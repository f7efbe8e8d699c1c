-- ?4 and ?5: what the row counts under, unless ?4 is NULL. Another program may have changed that since the row was claimed.
UPDATE OR FAIL queued_tasks
   SET status = 'completed', completed_at = ?6, provider_message_id = ?7, error_message = NULL, error_type = NULL,
       revision = revision + 1
 WHERE id = ?1 AND status = 'processing' AND (?2 IS NULL OR coalesce(attempt, 0) = ?2) AND worker_id = ?3 AND (?8 IS NULL OR started_at = ?8)
   AND (?4 IS NULL OR (task_func = ?4 AND batch_id IS ?5))
