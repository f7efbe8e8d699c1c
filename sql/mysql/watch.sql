-- Grows when another transaction changed a count, and when another program changed a task.
SELECT (SELECT coalesce(sum(writes), 0) FROM tallies WHERE kind = 'all'),
       (SELECT coalesce(max(id), 0) FROM tally_deltas)
