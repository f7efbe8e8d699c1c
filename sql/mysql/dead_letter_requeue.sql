-- A time that has passed counts no more: somebody ordered it all the same.
UPDATE queued_tasks
   SET status = 'pending', retry_count = 0, max_retries = greatest(?2, 1), available_at = NULL,
       expires_at = CASE WHEN expires_at > ?3 THEN expires_at END, revision = revision + 1
 WHERE id = ?1 AND status = 'failed'
