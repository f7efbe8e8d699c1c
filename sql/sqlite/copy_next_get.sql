SELECT min(seq, 9223372036854775806) + 1 FROM sqlite_sequence WHERE name = ?1
