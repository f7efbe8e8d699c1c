-- All attempts of a transaction at once: `rows` has task_id, attempt, worker_id, started_at, ended_at, outcome, error_type,
-- error_message of rows that are locked.
INSERT INTO attempts (task_id, attempt, worker_id, started_at, ended_at, outcome, error_type, error_message) VALUES {rows}
    ON DUPLICATE KEY UPDATE worker_id = VALUES(worker_id), started_at = VALUES(started_at), ended_at = VALUES(ended_at),
       outcome = VALUES(outcome), error_type = VALUES(error_type), error_message = VALUES(error_message)
