-- All that have not ended or hold tasks, and of the others those that ended last.
SELECT w.id, w.host, w.boot_id, w.pid, w.pid_started, w.senders, w.version, w.started_at, w.heartbeat_at, w.ended_at,
       coalesce(held.n, 0), w.counters
  FROM (SELECT id FROM workers WHERE ended_at IS NULL
        UNION
        SELECT worker_id FROM queued_tasks FORCE INDEX (queued_tasks_status)
         WHERE status = 'processing' AND worker_id IS NOT NULL
        UNION
        SELECT id FROM (SELECT id FROM workers WHERE ended_at >= ?1 ORDER BY ended_at DESC LIMIT 1000) AS recent) AS listed
  JOIN workers AS w ON w.id = listed.id
  LEFT JOIN (SELECT worker_id, count(*) AS n
               FROM queued_tasks FORCE INDEX (queued_tasks_status)
              WHERE status = 'processing'
              GROUP BY worker_id) AS held ON held.worker_id = w.id
 ORDER BY w.id DESC
