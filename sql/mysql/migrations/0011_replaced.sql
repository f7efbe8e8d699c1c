-- A row that another program puts in the place of one whose message may be on the wire, and that says something else, is another
-- message: the answer to the old one does not end it, whatever else of the old row stands in it. Only what other programs put in
-- the place of a row is compared: a claim and its end cost what they did.
--
-- A scheduled task for which another program names no time is due at once.
--
-- Each trigger is taken away where it is still the old one, and made where it is missing: whoever may not do so now may do it later.

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_insert_before' AND action_statement LIKE '%2000-01-01%'
DROP TRIGGER IF EXISTS queued_tasks_foreign_insert_before;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_insert_before'
CREATE TRIGGER queued_tasks_foreign_insert_before BEFORE INSERT ON queued_tasks FOR EACH ROW
BEGIN
    IF NEW.revision <> 1 THEN
        -- The fence of a row that is replaced goes on in the new one: an answer to the old message settles nothing of the new one.
        SET NEW.attempt = coalesce((SELECT replaced.attempt FROM queued_tasks AS replaced WHERE replaced.id = NEW.id), 0),
            NEW.revision = greatest(NEW.revision, 0) + 2, NEW.status = coalesce(NEW.status, 'pending'),
            NEW.created_at = coalesce(NEW.created_at, UTC_TIMESTAMP(6)),
            NEW.max_retries = coalesce(NEW.max_retries, 3), NEW.retry_count = coalesce(NEW.retry_count, 0),
            NEW.available_at = if(NEW.status = 'scheduled', coalesce(NEW.available_at, '2000-01-01'), NEW.available_at);
        -- It goes one further where the new one says something else. If that has the claim of the old one, the old one may have
        -- arrived as it.
        IF NEW.attempt > 0 AND EXISTS (
            SELECT 1 FROM queued_tasks AS replaced
             WHERE replaced.id = NEW.id AND replaced.departed > 0
               AND NOT (CAST(replaced.recipient AS BINARY) <=> CAST(NEW.recipient AS BINARY)
                        AND CAST(replaced.content AS BINARY) <=> CAST(NEW.content AS BINARY)
                        AND CAST(replaced.sender AS BINARY) <=> CAST(NEW.sender AS BINARY)
                        AND CAST(replaced.args AS BINARY) <=> CAST(NEW.args AS BINARY)
                        AND CAST(replaced.kwargs AS BINARY) <=> CAST(NEW.kwargs AS BINARY))) THEN
            SET NEW.attempt = NEW.attempt + 1,
                NEW.departed = greatest(NEW.departed, coalesce((SELECT replaced.departed FROM queued_tasks AS replaced
                    WHERE replaced.id = NEW.id AND replaced.started_at <=> NEW.started_at), 0));
        END IF;
    END IF;
END;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_update_before' AND action_statement LIKE '%2000-01-01%'
DROP TRIGGER IF EXISTS queued_tasks_foreign_update_before;

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_update_before'
CREATE TRIGGER queued_tasks_foreign_update_before BEFORE UPDATE ON queued_tasks FOR EACH ROW
BEGIN
    IF NEW.status IS NULL THEN
        SET NEW.status = 'pending';
    END IF;
    IF NEW.status = 'scheduled' THEN
        SET NEW.available_at = coalesce(NEW.available_at, '2000-01-01');
    ELSEIF OLD.status = 'scheduled' THEN
        -- It goes with the state: a failed task with a time would be tried again.
        SET NEW.available_at = nullif(NEW.available_at, '2000-01-01');
    END IF;
END;

UPDATE queued_tasks SET available_at = '2000-01-01', revision = revision + 1 WHERE status = 'scheduled' AND available_at IS NULL;
