-- The probe of ?2 was answered. Whoever closed the lane meanwhile for longer than a probe takes knows better.
UPDATE lanes
   SET closed_until = NULL, closed_reason = NULL, closed_error = NULL, closed_at = NULL, prober = NULL, rests = 0, writes = writes + 1
 WHERE lane = ?1 AND closed_reason IS NOT NULL AND prober = ?2
