SELECT name FROM marks WHERE name = 'queue' FOR UPDATE
