-- Whether an earlier attempt may have reached the gateway: known on the row itself, whatever another program does to its status.

-- Attempts that left, or may have left: claimed, and no answer says that they certainly did not. A claim adds one, an end that
-- is certain takes it off again.
ALTER TABLE queued_tasks ADD COLUMN departed INTEGER NOT NULL DEFAULT 0;

UPDATE queued_tasks SET departed = 1, revision = revision + 1 WHERE status = 'processing' AND attempt > 0;
UPDATE queued_tasks
   SET departed = departed + (SELECT count(*) FROM attempts AS a WHERE a.task_id = queued_tasks.id AND a.outcome = 'unknown'),
       revision = revision + 1
 WHERE id IN (SELECT task_id FROM attempts WHERE outcome = 'unknown');

-- An attempt that was accepted is a row here, too, if its claim was lost meanwhile. SQLite has no other way to change a
-- constraint than to make the table again.
CREATE TABLE attempts_before AS SELECT * FROM attempts;
DROP TABLE attempts;
CREATE TABLE attempts (
    task_id       INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    worker_id     INTEGER,
    started_at    DATETIME,
    ended_at      DATETIME NOT NULL,
    outcome       TEXT NOT NULL CHECK (outcome IN ('accepted', 'rejected', 'deferred', 'unknown', 'expired')),
    error_type    TEXT,
    error_message TEXT,
    PRIMARY KEY (task_id, attempt)
) WITHOUT ROWID;
INSERT INTO attempts SELECT * FROM attempts_before;
DROP TABLE attempts_before;
