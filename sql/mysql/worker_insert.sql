INSERT INTO workers (host, boot_id, pid, pid_started, senders, version, started_at, heartbeat_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
