-- As long as the transaction is open that has this row, another one that asks for it waits.
SELECT name FROM marks WHERE name = 'recount' FOR UPDATE
