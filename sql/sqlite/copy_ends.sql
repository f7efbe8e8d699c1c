SELECT word, n FROM tallies WHERE kind = ?1 AND name = ?2
