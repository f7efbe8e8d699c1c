SELECT coalesce(sum(n), 0)
  FROM (SELECT n FROM tallies WHERE kind = 'all' AND name = '' AND word IN ('pending', 'scheduled')
        UNION ALL
        SELECT n FROM tally_deltas WHERE kind = 'all' AND name = '' AND word IN ('pending', 'scheduled')) AS kept
