SELECT b.name, t.word, t.n
  FROM tallies AS t JOIN batches AS b ON b.id = CAST(t.name AS INTEGER)
 WHERE t.kind = 'batch' AND t.n <> 0
 ORDER BY b.name, t.word
