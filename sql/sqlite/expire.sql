-- It tells whether an earlier attempt may have arrived.
UPDATE queued_tasks
   SET status = 'failed', available_at = NULL, error_type = ?2, error_message = ?3, max_retries = min(max_retries, retry_count),
       revision = revision + 1
 WHERE id = ?1 AND status = 'pending'
RETURNING departed > 0
