-- What the tallies say; the recount of the same snapshot tells what they should.
SELECT kind, name, word, sum(n)
  FROM (SELECT kind, name, word, n FROM tallies WHERE kind NOT IN ('hour', 'moved')
        UNION ALL
        SELECT kind, name, word, n FROM tally_deltas WHERE kind <> 'hour') AS kept
 GROUP BY kind, name, word
HAVING sum(n) <> 0
