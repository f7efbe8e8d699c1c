-- What each task and each letter counts as, one by one: to group them here costs memory for each of them.
SELECT kind, name, word FROM task_counts
UNION ALL
SELECT 'dead_letter', '', word FROM letter_words
