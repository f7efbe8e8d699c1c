-- What became of the last attempt is known after all. The column with the index holds the task too.
UPDATE dead_letter_messages SET status = ?2, error_type = ?3, error_message = ?4, revision = revision + 1
 WHERE message_id = ?1 AND task_id = ?1 AND status = 'pending'
