DELETE FROM tallies WHERE kind <> 'hour'
