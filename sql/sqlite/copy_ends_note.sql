-- The last rows that a copy has, in its source: counts that nothing adds to.
INSERT INTO tallies (kind, name, word, n) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (kind, name, word) DO UPDATE SET n = excluded.n
