-- In a storm of failed tasks that are due each lane gets back its own, wherever they stand among those of others.
CREATE INDEX queued_tasks_storm ON queued_tasks (task_func, available_at) WHERE status = 'failed' AND available_at IS NOT NULL;
