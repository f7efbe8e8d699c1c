-- One seek for each task_func and priority, however many tasks there are. A server does not skip from group to group in an index
-- by itself, so the groups are named: those that the tallies know, and the ten priorities. A seek finds the first row of the index,
-- which is the lowest id; to ask for it by ORDER BY makes one server or the other sort the whole group.
SELECT min(created_at)
  FROM (SELECT (SELECT t.created_at
                  FROM queued_tasks AS t FORCE INDEX (queued_tasks_claim)
                 WHERE t.task_func = lane.name AND t.claimable = 1 AND t.claim_order = priority.claim_order
                 LIMIT 1) AS created_at
          FROM (SELECT name FROM tallies WHERE kind = 'lane' AND word = 'pending'
                UNION
                -- By all that stands before `name` in the index, so that the server skips from name to name.
                SELECT name FROM tally_deltas WHERE kind = 'lane' AND word = 'pending' GROUP BY kind, word, name
                LIMIT 1000) AS lane
         CROSS JOIN (SELECT 0 AS claim_order UNION ALL SELECT -1 UNION ALL SELECT -2 UNION ALL SELECT -3 UNION ALL SELECT -4
                     UNION ALL SELECT -5 UNION ALL SELECT -6 UNION ALL SELECT -7 UNION ALL SELECT -8 UNION ALL SELECT -9)
               AS priority) AS first
