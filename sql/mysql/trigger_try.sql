-- What other programs write, so that every trigger runs: it is taken back. The number is one that is never given: to be given one
-- would use it up.
START TRANSACTION;
INSERT INTO queued_tasks (id, task_name, task_func, status) VALUES (-2147483647, 'smsctl', 'smsctl', 'cancelled');
UPDATE queued_tasks SET status = 'held' WHERE id = -2147483647;
DELETE FROM queued_tasks WHERE id = -2147483647;
INSERT INTO dead_letter_messages (id, recipient, content, status) VALUES (-2147483647, '', '', 'abandoned');
UPDATE dead_letter_messages SET status = 'retried' WHERE id = -2147483647;
DELETE FROM dead_letter_messages WHERE id = -2147483647
