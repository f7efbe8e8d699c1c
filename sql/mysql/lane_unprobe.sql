-- The worker is dead: its probes have no answer, and the next message may be one.
UPDATE lanes SET closed_until = least(closed_until, ?2), prober = NULL, writes = writes + 1 WHERE prober = ?1
