INSERT INTO lanes (lane, paused, paused_at, paused_until, paused_reason, writes) VALUES (?1, 1, ?2, ?3, ?4, 1)
    ON DUPLICATE KEY UPDATE
       paused = 1, paused_at = VALUES(paused_at), paused_until = VALUES(paused_until), paused_reason = VALUES(paused_reason),
       writes = writes + 1
