-- The gateway accepted it, and no newer attempt has been made. The row is locked.
UPDATE queued_tasks
   SET status = 'completed', completed_at = ?2, provider_message_id = left(?3, 255), error_message = NULL, error_type = NULL,
       available_at = NULL, revision = revision + 1
 WHERE id = ?1
