-- All attempts of a transaction at once: `rows` has task_id, attempt, worker_id, started_at, ended_at, outcome, error_type,
-- error_message of rows that are locked. What is known of an attempt is never replaced by less: one that ended in doubt may
-- become certain, and one that was accepted stays so. `outcome` decides, so it is written last.
INSERT INTO attempts (task_id, attempt, worker_id, started_at, ended_at, outcome, error_type, error_message) VALUES {rows}
    ON DUPLICATE KEY UPDATE
       ended_at = if(outcome = 'unknown' OR VALUES(outcome) = 'accepted', VALUES(ended_at), ended_at),
       error_type = if(outcome = 'unknown' OR VALUES(outcome) = 'accepted', VALUES(error_type), error_type),
       error_message = if(outcome = 'unknown' OR VALUES(outcome) = 'accepted', VALUES(error_message), error_message),
       outcome = if(outcome = 'unknown' OR VALUES(outcome) = 'accepted', VALUES(outcome), outcome)
