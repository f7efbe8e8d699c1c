UPDATE queued_tasks
   SET status = 'pending', retry_count = 0, max_retries = greatest(?2, 1), available_at = NULL, expires_at = NULL,
       revision = revision + 1
 WHERE id = ?1 AND status = 'failed'
