INSERT INTO tallies (kind, name, word, n)
SELECT kind, name, word, count(*) FROM task_counts GROUP BY kind, name, word
UNION ALL
SELECT 'dead_letter', '', coalesce(status, 'pending'), count(*) FROM dead_letter_messages GROUP BY 3
