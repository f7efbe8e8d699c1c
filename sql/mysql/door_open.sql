INSERT INTO marks (name) VALUES ('door')
