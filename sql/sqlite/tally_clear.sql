DELETE FROM tallies WHERE kind NOT IN ('hour', 'moved')
