INSERT INTO lanes (lane, tokens, refilled_at, refilled_boot, refilled_up) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (lane) DO UPDATE
   SET tokens = excluded.tokens, refilled_at = excluded.refilled_at, refilled_boot = excluded.refilled_boot, refilled_up = excluded.refilled_up
