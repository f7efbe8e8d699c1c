-- The time at which the next probe may be made, whoever makes it; ?3 is who makes this one.
UPDATE lanes SET closed_until = ?2, prober = ?3, rested_at = ?4 WHERE lane = ?1 AND closed_reason IS NOT NULL
