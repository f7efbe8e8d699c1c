SELECT task_id, attempt, worker_id, started_at, ended_at, outcome, error_type, error_message
  FROM attempts
 WHERE task_id = ?1
 ORDER BY attempt
