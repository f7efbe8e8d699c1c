INSERT OR REPLACE INTO attempts (task_id, attempt, worker_id, started_at, ended_at, outcome, error_type, error_message)
SELECT id, ?2, worker_id, started_at, ?3, ?4, ?5, ?6 FROM queued_tasks WHERE id = ?1
