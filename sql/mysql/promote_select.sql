-- One state at a time, and what another worker promotes already is passed over. A scheduled task without a time is given one when
-- another program writes it.
SELECT id, status, task_func, batch_id, coalesce(departed > 0 OR error_type = 'unknown', 0), retry_count < max_retries, max_retries,
       due = 2 AND EXISTS (SELECT 1 FROM dead_letter_messages AS letter
                            WHERE letter.message_id = queued_tasks.id AND letter.task_id = queued_tasks.id AND letter.status = 'pending')
  FROM queued_tasks FORCE INDEX (queued_tasks_due)
 WHERE due = if(?3 = 'scheduled', 1, 2) AND available_at <= ?1
 ORDER BY available_at
 LIMIT ?2
   FOR UPDATE SKIP LOCKED
