-- A row that another program puts in the place of one whose message may be on the wire, and that says something else, is another
-- message: the answer to the old one does not end it, whatever else of the old row stands in it. Only what other programs put in
-- the place of a row is compared: a claim and its end cost what they did.
--
-- The trigger is taken away where it is still the old one, and made where it is missing: whoever may not do so now may do it later.

-- if allowed
-- unless: SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name = 'queued_tasks_foreign_insert_before' AND action_statement LIKE '%departed%'
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
            NEW.max_retries = coalesce(NEW.max_retries, 3), NEW.retry_count = coalesce(NEW.retry_count, 0);
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
