SELECT kind, name, word, sum(kept), sum(counted)
  FROM (SELECT kind, name, word, n AS kept, 0 AS counted FROM tallies WHERE kind NOT IN ('hour', 'moved')
        UNION ALL
        SELECT kind, name, word, 0, count(*) FROM task_counts GROUP BY kind, name, word
        UNION ALL
        SELECT 'dead_letter', '', word, 0, count(*) FROM letter_words GROUP BY word)
 GROUP BY kind, name, word
HAVING sum(kept) <> sum(counted)
 ORDER BY kind, name, word
 LIMIT 100
