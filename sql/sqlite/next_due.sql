-- Times that are none are passed over, at most a hundred of them in a turn.
SELECT min(due)
  FROM (SELECT * FROM (SELECT due
                         FROM (SELECT available_at AS due
                                 FROM queued_tasks INDEXED BY queued_tasks_scheduled
                                WHERE status = 'scheduled' AND available_at IS NOT NULL
                                ORDER BY available_at
                                LIMIT 100)
                        WHERE julianday(due) IS NOT NULL
                        LIMIT 1)
        UNION ALL
        SELECT * FROM (SELECT due
                         FROM (SELECT available_at AS due
                                 FROM queued_tasks INDEXED BY queued_tasks_retry
                                WHERE status = 'failed' AND available_at IS NOT NULL
                                ORDER BY available_at
                                LIMIT 100)
                        WHERE julianday(due) IS NOT NULL
                        LIMIT 1))
