-- Those that have not ended, and those that ended with tasks in their hands. Ended ones are many in time: they are not read.
SELECT w.id, w.host, w.boot_id, w.pid, w.pid_started, w.senders, w.version, w.started_at, w.heartbeat_at, w.ended_at, 0,
       w.counters
  FROM (SELECT id FROM workers WHERE ended_at IS NULL
        UNION
        SELECT worker_id FROM queued_tasks FORCE INDEX (queued_tasks_status)
         WHERE status = 'processing' AND worker_id IS NOT NULL) AS suspect
  JOIN workers AS w ON w.id = suspect.id
 ORDER BY w.id
