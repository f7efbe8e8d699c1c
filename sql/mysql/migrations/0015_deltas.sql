-- What looks at the deltas of a word, a lane or a batch reads those alone: another program may have added a million others that wait
-- to be folded. An index with all columns, so that no row is read beside it.
-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'tally_deltas' AND index_name = 'tally_deltas_kind'
CREATE INDEX tally_deltas_kind ON tally_deltas (kind, word, name, n);
