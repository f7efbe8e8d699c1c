-- The worker is dead: its probes have no answer, and the next message may be one.
UPDATE lanes SET closed_until = min(closed_until, ?2), prober = NULL WHERE prober = ?1
