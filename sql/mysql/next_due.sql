-- Times that are none (a laxer program may write the 31st of nothing) are passed over.
SELECT (SELECT available_at FROM queued_tasks FORCE INDEX (queued_tasks_due)
         WHERE due = 1 AND month(available_at) > 0 AND dayofmonth(available_at) > 0
         ORDER BY available_at LIMIT 1),
       (SELECT available_at FROM queued_tasks FORCE INDEX (queued_tasks_due)
         WHERE due = 2 AND month(available_at) > 0 AND dayofmonth(available_at) > 0
         ORDER BY available_at LIMIT 1)
