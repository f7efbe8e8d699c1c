-- ?6: the worker whose probe says so; NULL: none does. Its word replaces the time that was kept for it; any other word only makes a
-- closure longer. A lane that was open until now is closed since now; the first rest is counted, and after it those of probes.
-- Nor does a rest count that was written when the clock was ahead (after ?7).
-- Assignments see those to the left of them: closed_until, rested_at and prober, which decide about all, come last.
INSERT INTO lanes (lane, closed_until, closed_reason, closed_error, closed_at, rested_at, rests) VALUES (?1, ?2, ?3, ?4, ?5, ?5, 1)
    ON DUPLICATE KEY UPDATE
       closed_at = if(prober = ?6 OR closed_until IS NULL OR closed_until < VALUES(closed_until) OR rested_at > ?7,
                      if(closed_reason IS NULL OR (closed_reason = 'throttled' AND closed_until <= ?5) OR closed_at > ?7, ?5, coalesce(closed_at, ?5)),
                      closed_at),
       rests = if(prober = ?6, rests + 1, if(closed_until IS NULL OR closed_until < VALUES(closed_until) OR rested_at > ?7,
                                             if(closed_reason = 'throttled', 1, greatest(rests, 1)), rests)),
       closed_reason = if(prober = ?6 OR closed_until IS NULL OR closed_until < VALUES(closed_until) OR rested_at > ?7, VALUES(closed_reason), closed_reason),
       closed_error = if(prober = ?6 OR closed_until IS NULL OR closed_until < VALUES(closed_until) OR rested_at > ?7, VALUES(closed_error), closed_error),
       closed_until = if(prober = ?6 OR closed_until IS NULL OR closed_until < VALUES(closed_until) OR rested_at > ?7, VALUES(closed_until), closed_until),
       rested_at = if(closed_until = VALUES(closed_until), VALUES(rested_at), rested_at),
       prober = if(closed_until = VALUES(closed_until), NULL, prober)
