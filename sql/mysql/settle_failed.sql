-- The row is locked: retry_count and max_retries are what they become. A task that is dead has no attempt left, in the words
-- that other programs read too: max_retries says so.
UPDATE queued_tasks
   SET status = 'failed', retry_count = ?4, available_at = ?5, error_type = ?6, error_message = ?7, max_retries = ?8,
       departed = if(?6 = 'unknown', departed, greatest(departed - 1, 0)), revision = revision + 1
 WHERE id = ?1 AND status = 'processing' AND greatest(coalesce(attempt, 0), 0) = ?2 AND worker_id = ?3
