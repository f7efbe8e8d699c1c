-- Whether the account would see the triggers if they were there.
SELECT 1 FROM information_schema.user_privileges WHERE privilege_type = 'TRIGGER'
UNION
SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type = 'TRIGGER' AND DATABASE() LIKE table_schema
