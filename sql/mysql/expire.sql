-- Assignments see those to the left of them: `max_retries` comes from columns that stay as they are.
UPDATE queued_tasks
   SET status = 'failed', available_at = NULL, error_type = ?2, error_message = ?3, max_retries = least(max_retries, retry_count),
       revision = revision + 1
 WHERE id = ?1 AND status = 'pending'
