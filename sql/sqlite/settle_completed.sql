-- That the claim still holds was asked in this transaction, by settle_fence.sql.
UPDATE OR FAIL queued_tasks
   SET status = 'completed', completed_at = ?2, provider_message_id = ?3, error_message = NULL, error_type = NULL,
       revision = revision + 1
 WHERE id = ?1
