-- The attempt certainly did not go out; what became of the task is another's to say.
UPDATE queued_tasks SET departed = max(departed - 1, 0), revision = revision + 1 WHERE id = ?1
