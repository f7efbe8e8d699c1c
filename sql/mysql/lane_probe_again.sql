-- The probe of ?3 came back unsent: the next message may be one. Whoever closed the lane meanwhile, or tries the way, is left alone.
UPDATE lanes SET closed_until = ?2, rested_at = ?2, prober = NULL, writes = writes + 1 WHERE lane = ?1 AND prober = ?3
