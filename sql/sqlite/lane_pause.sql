INSERT INTO lanes (lane, paused, paused_at, paused_until, paused_reason) VALUES (?1, 1, ?2, ?3, ?4)
ON CONFLICT (lane) DO UPDATE
   SET paused = 1, paused_at = excluded.paused_at, paused_until = excluded.paused_until, paused_reason = excluded.paused_reason
