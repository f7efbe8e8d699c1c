-- What dead workers leave behind, beside the messages on the wire.

-- How often a worker died that held the task and had not sent it: perhaps it is what kills them. A claim that came back in order,
-- because its lane closed or was paused, is none of these.
-- unless: SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'queued_tasks' AND column_name = 'stranded'
ALTER TABLE queued_tasks ADD COLUMN stranded INTEGER NOT NULL DEFAULT 0;

-- The worker that is trying the way out of a closed lane. If it dies, the next one need not wait for its answer.
-- unless: SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'lanes' AND column_name = 'prober'
ALTER TABLE lanes ADD COLUMN prober BIGINT;
