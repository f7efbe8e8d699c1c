-- A task passes through the states in few steps of its indexes. Where `status` itself stands in an index, every step takes an entry
-- out of it and puts another one in, and a transaction that anybody has open keeps the old ones. What claims and promotions
-- look for has columns of its own, which are NULL for all other tasks and stay so: the claim's index is touched by the claim and
-- no more by what becomes of it, and the index of what is due by nothing in the life of a task that is never late.
--
-- `claimable`: 1 for pending tasks. `claim_order`: of pending tasks. `due`: 1 for scheduled tasks that have a time, 2 for failed ones.
-- unless: SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'queued_tasks' AND column_name = 'claimable'
ALTER TABLE queued_tasks
    MODIFY claim_order SMALLINT AS (if(status = 'pending', -priority, NULL)) STORED,
    ADD COLUMN claimable TINYINT AS (if(status = 'pending', 1, NULL)) STORED,
    ADD COLUMN due TINYINT AS (CASE WHEN available_at IS NULL THEN NULL WHEN status = 'scheduled' THEN 1
                                    WHEN status = 'failed' THEN 2 END) STORED,
    DROP INDEX queued_tasks_claim,
    DROP INDEX queued_tasks_due,
    ADD INDEX queued_tasks_claim (task_func, claimable, claim_order, id),
    ADD INDEX queued_tasks_due (due, available_at);
