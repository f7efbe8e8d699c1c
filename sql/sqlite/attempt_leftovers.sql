-- Attempts without a task, or of another one that had its id before: they ended before the task came in, and are more than it has
-- had, or it was claimed since. A clock may be off by a minute; it may also have been set by hours, and another program's row may
-- tell the time of its place, up to 14 hours ahead. A task that was claimed before it came in has no time to be judged by.
{begin}
 WHERE task_id > ?1 AND task_id <= ?2
   AND NOT EXISTS (SELECT 1 FROM queued_tasks AS t
                    WHERE t.id = attempts.task_id
                      AND NOT coalesce((julianday(t.created_at) - julianday(attempts.ended_at)) * 86400 > 60
                                       AND (attempts.attempt > coalesce(t.attempt, 0)
                                            OR (julianday(t.created_at) - julianday(attempts.ended_at)) * 86400 > 54000
                                               AND julianday(t.started_at) >= julianday(t.created_at)), 0))
