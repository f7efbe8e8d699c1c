-- Triggers that went with their tables when these were renamed, and whose names begin with that of another.
SELECT trigger_name
  FROM information_schema.triggers
 WHERE trigger_schema = DATABASE() AND trigger_name NOT LIKE concat(event_object_table, '!_%') ESCAPE '!'
