-- One seek for each task_func, status and priority, however many tasks there are: the index is read from group to group.
SELECT min(t.created_at)
  FROM (SELECT min(id) AS id
          FROM queued_tasks FORCE INDEX (queued_tasks_claim)
         WHERE status = 'pending'
         GROUP BY task_func, status, claim_order
         LIMIT 1000) AS first
  JOIN queued_tasks AS t ON t.id = first.id
