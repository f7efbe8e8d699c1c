SELECT name FROM locks WHERE name = 'queue' FOR UPDATE
