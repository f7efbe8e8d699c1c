SELECT coalesce(sum(n), 0) FROM tallies WHERE kind = 'all' AND name = '' AND word IN ('pending', 'scheduled')
