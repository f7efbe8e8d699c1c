-- A time that has passed counts no more: somebody ordered it all the same.
-- `claim_order` of a pending task is `-priority`, which the lowest priority has not.
UPDATE queued_tasks
   SET status = 'pending', priority = greatest(priority, -32767), retry_count = 0, max_retries = greatest(?2, 1), available_at = NULL,
       expires_at = CASE WHEN expires_at > ?3 THEN expires_at END, revision = revision + 1
 WHERE id = ?1 AND status = 'failed'
