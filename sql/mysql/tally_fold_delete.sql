DELETE FROM tally_deltas WHERE id IN ({ids})
