-- The door of the queue: every transaction that writes holds it open, and who closes the queue waits for those that hold it.
INSERT IGNORE INTO marks (name) VALUES ('door');
