-- Nobody counts the writes of other programs until the triggers are there again, and all is counted anew.
DELETE FROM marks WHERE name = 'triggers'
