-- One row for each attempt. What is known of one is never replaced by less: an attempt that ended in doubt may become certain,
-- and one that was accepted stays so. When the task was claimed is known of its newest attempt only.
INSERT INTO attempts (task_id, attempt, worker_id, started_at, ended_at, outcome, error_type, error_message)
SELECT id, ?2, ?7, CASE WHEN attempt = ?2 THEN started_at END, ?3, ?4, ?5, ?6 FROM queued_tasks WHERE id = ?1
    ON CONFLICT (task_id, attempt) DO UPDATE
   SET ended_at = excluded.ended_at, outcome = excluded.outcome, error_type = excluded.error_type,
       error_message = excluded.error_message
 WHERE outcome = 'unknown' OR excluded.outcome = 'accepted'
