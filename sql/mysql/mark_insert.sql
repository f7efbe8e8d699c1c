INSERT IGNORE INTO marks (name) VALUES ('triggers')
