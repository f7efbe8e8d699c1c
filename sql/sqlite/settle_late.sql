-- The gateway accepted it, and no newer attempt has been made.
UPDATE queued_tasks
   SET status = 'completed', completed_at = ?2, provider_message_id = ?3, error_message = NULL, error_type = NULL,
       available_at = NULL, revision = revision + 1
 WHERE id = ?1
