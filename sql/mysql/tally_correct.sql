INSERT INTO tally_deltas (kind, name, word, n) VALUES {rows}
