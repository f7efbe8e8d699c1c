INSERT IGNORE INTO marks (name) VALUES ('recount')
