-- The time at which the next probe may be made, whoever makes it.
UPDATE lanes SET closed_until = ?2, writes = writes + 1 WHERE lane = ?1 AND closed_reason IS NOT NULL
