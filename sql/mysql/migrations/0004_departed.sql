-- Whether an earlier attempt may have reached the gateway: known on the row itself, whatever another program does to its status.

-- Attempts that left, or may have left: claimed, and no answer says that they certainly did not. A claim adds one, an end that
-- is certain takes it off again.
-- unless: SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'queued_tasks' AND column_name = 'departed'
ALTER TABLE queued_tasks ADD COLUMN departed INTEGER NOT NULL DEFAULT 0;

UPDATE queued_tasks SET departed = 1, revision = revision + 1 WHERE status = 'processing' AND attempt > 0 AND departed = 0;

UPDATE queued_tasks AS t
  JOIN (SELECT task_id, count(*) AS n FROM attempts WHERE outcome = 'unknown' GROUP BY task_id) AS a ON a.task_id = t.id
   SET t.departed = a.n + (t.status = 'processing'), t.revision = t.revision + 1;

-- An attempt that was accepted is a row here, too, if its claim was lost meanwhile. The old constraint belongs to the column on
-- MariaDB, and to the table on MySQL.
-- unless: SELECT 1 FROM information_schema.table_constraints WHERE table_schema = DATABASE() AND table_name = 'attempts' AND constraint_name = 'attempts_outcome'
ALTER TABLE attempts MODIFY outcome VARCHAR(20) NOT NULL;

-- for each: SELECT constraint_name FROM information_schema.table_constraints WHERE table_schema = DATABASE() AND table_name = 'attempts' AND constraint_type = 'CHECK' AND constraint_name <> 'attempts_outcome'
ALTER TABLE attempts DROP CONSTRAINT `{}`;

-- unless: SELECT 1 FROM information_schema.table_constraints WHERE table_schema = DATABASE() AND table_name = 'attempts' AND constraint_name = 'attempts_outcome'
ALTER TABLE attempts
    ADD CONSTRAINT attempts_outcome CHECK (outcome IN ('accepted', 'rejected', 'deferred', 'unknown', 'expired'));
