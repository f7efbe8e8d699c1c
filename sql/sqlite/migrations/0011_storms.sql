-- In a storm of failed tasks that are due each lane gets back its own, wherever they stand among those of others.
CREATE INDEX queued_tasks_storm ON queued_tasks (task_func, available_at) WHERE status = 'failed' AND available_at IS NOT NULL;

-- When the tokens of a lane were counted, by a time that no clock moves which is set: microseconds since the boot of the host.
ALTER TABLE lanes ADD COLUMN refilled_boot TEXT;
ALTER TABLE lanes ADD COLUMN refilled_up INTEGER;
