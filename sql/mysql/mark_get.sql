SELECT name FROM marks WHERE name = 'triggers'
