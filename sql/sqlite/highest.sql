-- The highest ids that there are: one seek for each.
SELECT (SELECT max(id) FROM queued_tasks), (SELECT max(id) FROM dead_letter_messages)
