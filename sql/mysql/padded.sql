-- Words with blanks behind them, which the server compares as if they had none.
SELECT 'status', count(*), min(id) FROM queued_tasks WHERE status LIKE '% '
UNION ALL
SELECT 'task_func', count(*), min(id) FROM queued_tasks WHERE task_func LIKE '% '
