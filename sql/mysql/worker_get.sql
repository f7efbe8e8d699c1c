-- `lock` is FOR UPDATE SKIP LOCKED where the worker is about to be declared dead: its heartbeat then waits, and finds out. Whose row
-- another session has locked is left for the next time: nobody else's work waits for that session.
SELECT w.id, w.host, w.boot_id, w.pid, w.pid_started, w.senders, w.version, w.started_at, w.heartbeat_at, w.ended_at, 0,
       w.counters
  FROM workers AS w
 WHERE w.id = ?1 {lock}
