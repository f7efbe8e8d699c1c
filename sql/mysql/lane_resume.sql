UPDATE lanes
   SET paused = 0, paused_at = NULL, paused_until = NULL, paused_reason = NULL,
       closed_until = NULL, closed_reason = NULL, closed_error = NULL, closed_at = NULL, prober = NULL, rests = 0, writes = writes + 1
 WHERE lane = ?1 AND (paused = 1 OR closed_reason IS NOT NULL)
