-- Attempts without a task, or of another one that had its id before: they ended before the task came in, and are more than it has
-- had, or it was claimed since. A clock may be off by a minute; it may also have been set by hours, and another program's row may
-- tell the time of its place, up to 14 hours ahead. A task that was claimed before it came in has no time to be judged by.
{begin}
 WHERE task_id > ?1 AND task_id <= ?2
   AND NOT EXISTS (SELECT 1 FROM queued_tasks AS t
                    WHERE t.id = attempts.task_id
                      AND NOT coalesce(TIMESTAMPDIFF(SECOND, attempts.ended_at, t.created_at) > 60
                                       AND (attempts.attempt > coalesce(t.attempt, 0)
                                            OR TIMESTAMPDIFF(SECOND, attempts.ended_at, t.created_at) > 54000
                                               AND t.started_at >= t.created_at), 0))
