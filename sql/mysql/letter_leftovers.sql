-- Dead letters of smsctl without a task, or of another one that had its id before: their last time was before the task came in,
-- and nobody has claimed that, or not before it came in. The bounds are those of the attempts.
{begin}
 WHERE id > ?1 AND id <= ?2 AND task_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM queued_tasks AS t
                    WHERE t.id = dead_letter_messages.task_id
                      AND NOT coalesce(TIMESTAMPDIFF(SECOND,
                                           nullif(greatest(coalesce(dead_letter_messages.created_at, '1000-01-01'),
                                                           coalesce(dead_letter_messages.last_attempt_at, '1000-01-01'),
                                                           coalesce(dead_letter_messages.retried_at, '1000-01-01')), '1000-01-01'),
                                           t.created_at) > 54000
                                       AND (coalesce(t.attempt, 0) = 0 OR t.started_at >= t.created_at), 0))
