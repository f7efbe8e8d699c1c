-- `revision` tells the triggers that the letter is counted already. The application's columns of the task may hold larger counts than
-- those of the letter.
INSERT INTO dead_letter_messages
    (message_id, task_id, recipient, content, error_message, error_type, retry_count, max_retries, status, created_at,
     last_attempt_at, revision)
SELECT id, id, left(coalesce(recipient, ?2, ''), 255), coalesce(content, ?3, ''), error_message, error_type,
       least(retry_count, 2147483647), least(?5, 2147483647), 'pending', ?4, started_at, 1
  FROM queued_tasks
 WHERE id = ?1
