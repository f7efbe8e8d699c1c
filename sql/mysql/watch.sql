-- Grows when another transaction changed a count, when another program changed a task, and when a lane was opened or paused.
SELECT (SELECT coalesce(sum(writes), 0) FROM tallies WHERE kind = 'all'),
       (SELECT coalesce(max(id), 0) FROM tally_deltas),
       (SELECT coalesce(sum(writes), 0) FROM lanes)
