-- As promote_select, of the failed tasks of one task_func.
SELECT id, status, task_func, batch_id, coalesce(departed > 0 OR error_type = 'unknown', 0), retry_count < max_retries, max_retries,
       EXISTS (SELECT 1 FROM dead_letter_messages AS letter
                WHERE letter.message_id = due.id AND letter.task_id = due.id AND letter.status = 'pending')
  FROM queued_tasks AS due INDEXED BY queued_tasks_storm
 WHERE task_func = ?2 AND status = 'failed' AND available_at IS NOT NULL AND available_at <= ?1
 ORDER BY available_at
 LIMIT ?3
