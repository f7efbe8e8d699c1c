INSERT INTO lanes (lane, tokens, refilled_at) VALUES (?1, ?2, ?3)
ON CONFLICT (lane) DO UPDATE SET tokens = excluded.tokens, refilled_at = excluded.refilled_at
