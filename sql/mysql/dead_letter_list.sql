SELECT id, message_id, task_id, recipient, content, error_message, error_type, retry_count, max_retries, status, created_at,
       retried_at, last_attempt_at
  FROM dead_letter_messages
 WHERE {filter}
 ORDER BY id
 LIMIT {limit}
