SELECT t.name, t.word, t.n FROM tallies AS t WHERE t.kind = ?1 AND t.n <> 0 ORDER BY t.name, t.word
