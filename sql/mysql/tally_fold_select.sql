SELECT id, kind, name, word, n FROM tally_deltas ORDER BY id LIMIT ?1 FOR UPDATE SKIP LOCKED
