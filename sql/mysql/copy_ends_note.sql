-- The last rows that a copy has, in its source: counts that nothing adds to.
INSERT INTO tallies (kind, name, word, shard, n) VALUES (?1, ?2, ?3, 0, ?4)
    ON DUPLICATE KEY UPDATE n = VALUES(n)
