INSERT INTO tallies (kind, name, word, n)
SELECT kind, name, word, count(*) FROM task_counts GROUP BY kind, name, word
UNION ALL
SELECT 'dead_letter', '', word, count(*) FROM letter_words GROUP BY word
