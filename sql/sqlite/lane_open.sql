UPDATE lanes
   SET closed_until = NULL, closed_reason = NULL, closed_error = NULL, closed_at = NULL, prober = NULL, rests = 0
 WHERE lane = ?1 AND closed_reason IS NOT NULL
