-- One seek for each task_func and priority that has pending tasks, however many tasks there are. The index is named: the
-- application's own index on `status` tempts the planner to read and sort every pending task.
WITH RECURSIVE ahead (task_func, priority) AS (
    SELECT * FROM (SELECT task_func, priority FROM queued_tasks INDEXED BY queued_tasks_claim
                    WHERE status = 'pending' ORDER BY task_func, priority DESC LIMIT 1)
    UNION ALL
    SELECT coalesce(lower.task_func, later.task_func), coalesce(lower.priority, later.priority)
      FROM ahead
      LEFT JOIN queued_tasks AS lower ON lower.id = (
           SELECT id FROM queued_tasks INDEXED BY queued_tasks_claim
            WHERE status = 'pending' AND task_func = ahead.task_func AND priority < ahead.priority
            ORDER BY priority DESC, id LIMIT 1)
      LEFT JOIN queued_tasks AS later ON lower.id IS NULL AND later.id = (
           SELECT id FROM queued_tasks INDEXED BY queued_tasks_claim
            WHERE status = 'pending' AND task_func > ahead.task_func
            ORDER BY task_func, priority DESC, id LIMIT 1)
     WHERE coalesce(lower.id, later.id) IS NOT NULL
     LIMIT 1000
)
SELECT min(created_at)
  FROM queued_tasks
 WHERE id IN (SELECT (SELECT id FROM queued_tasks AS first INDEXED BY queued_tasks_claim
                       WHERE first.status = 'pending' AND first.task_func = ahead.task_func
                         AND first.priority = ahead.priority
                       ORDER BY id LIMIT 1)
                FROM ahead)
