-- In a storm of failed tasks that are due each lane gets back its own, wherever they stand among those of others.
-- unless: SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'queued_tasks' AND index_name = 'queued_tasks_storm'
CREATE INDEX queued_tasks_storm ON queued_tasks (due, task_func, available_at);
