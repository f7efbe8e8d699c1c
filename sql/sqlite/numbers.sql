-- Of the tables to which other programs add rows: the highest number of a row, and the highest that was ever given.
SELECT 'queued_tasks', (SELECT max(id) FROM queued_tasks),
       coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'queued_tasks'), 0)
UNION ALL
SELECT 'dead_letter_messages', (SELECT max(id) FROM dead_letter_messages),
       coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'dead_letter_messages'), 0)
