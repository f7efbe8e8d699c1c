-- As the deletion of its task would have done; where the task is there, nothing.
UPDATE dead_letter_messages SET task_id = NULL, revision = revision + 1
 WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM queued_tasks WHERE queued_tasks.id = dead_letter_messages.task_id)
