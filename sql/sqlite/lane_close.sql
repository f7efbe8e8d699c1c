INSERT INTO lanes (lane, closed_until, closed_reason) VALUES (?1, ?2, ?3)
ON CONFLICT (lane) DO UPDATE SET closed_until = excluded.closed_until, closed_reason = excluded.closed_reason
 WHERE closed_until IS NULL OR closed_until < excluded.closed_until
