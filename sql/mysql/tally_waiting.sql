SELECT (SELECT coalesce(sum(n), 0) FROM tallies WHERE kind = 'all' AND name = '' AND word IN ('pending', 'scheduled'))
     + (SELECT coalesce(sum(n), 0) FROM tally_deltas WHERE kind = 'all' AND name = '' AND word IN ('pending', 'scheduled'))
