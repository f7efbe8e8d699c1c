SELECT coalesce(sum(n), 0) FROM tallies WHERE kind = ?1 AND name = ?2 AND word = ?3
