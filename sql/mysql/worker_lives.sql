-- With a lock: whoever declares the worker dead waits until what it claims is committed, and finds it.
SELECT id FROM workers WHERE id = ?1 AND ended_at IS NULL LOCK IN SHARE MODE
