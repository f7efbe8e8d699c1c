SELECT seq + 1 FROM sqlite_sequence WHERE name = ?1
