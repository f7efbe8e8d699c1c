INSERT INTO dead_letter_messages
    (message_id, task_id, recipient, content, error_message, error_type, retry_count, max_retries, status, created_at,
     last_attempt_at)
SELECT id, id, coalesce(recipient, ?2, ''), coalesce(content, ?3, ''), error_message, error_type, retry_count, ?5,
       'pending', ?4, started_at
  FROM queued_tasks
 WHERE id = ?1
