INSERT INTO tallies (kind, name, word, n) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (kind, name, word) DO UPDATE SET n = n + excluded.n
