-- ?6: the worker whose probe says so; NULL: none does. Its word replaces the time that was kept for it; any other word only makes a closure longer.
-- Nor does a rest count that was written when the clock was ahead (after ?7).
-- A lane that was open until now is closed since now; the first rest is counted, and after it those of probes.
INSERT INTO lanes (lane, closed_until, closed_reason, closed_error, closed_at, rested_at, rests) VALUES (?1, ?2, ?3, ?4, ?5, ?5, 1)
ON CONFLICT (lane) DO UPDATE
   SET closed_until = excluded.closed_until, closed_reason = excluded.closed_reason, closed_error = excluded.closed_error,
       closed_at = CASE WHEN closed_reason IS NULL OR (closed_reason = 'throttled' AND closed_until <= ?5) OR closed_at > ?7 THEN ?5
                        ELSE coalesce(closed_at, ?5) END,
       prober = NULL, rested_at = excluded.rested_at,
       rests = CASE WHEN prober = ?6 THEN rests + 1 WHEN closed_reason = 'throttled' THEN 1 ELSE max(rests, 1) END
 WHERE prober = ?6 OR closed_until IS NULL OR closed_until < excluded.closed_until OR rested_at > ?7
