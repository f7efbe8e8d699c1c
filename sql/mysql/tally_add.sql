-- All counts of a transaction at once, in the order of their keys.
INSERT INTO tallies (kind, name, word, shard, n) VALUES {rows}
    ON DUPLICATE KEY UPDATE n = n + VALUES(n), writes = writes + 1
