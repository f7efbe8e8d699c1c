-- As promote_select, of the failed tasks of one task_func.
SELECT id, status, task_func, batch_id, coalesce(departed > 0 OR error_type = 'unknown', 0), retry_count < max_retries, max_retries,
       EXISTS (SELECT 1 FROM dead_letter_messages AS letter
                WHERE letter.message_id = queued_tasks.id AND letter.task_id = queued_tasks.id AND letter.status = 'pending')
  FROM queued_tasks FORCE INDEX (queued_tasks_storm)
 WHERE due = 2 AND task_func = ?2 AND available_at <= ?1
 ORDER BY available_at
 LIMIT ?3
   FOR UPDATE SKIP LOCKED
