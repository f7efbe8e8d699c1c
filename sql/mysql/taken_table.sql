-- How a table that is to be taken over is kept.
SELECT table_type, lower(row_format), create_options
  FROM information_schema.tables
 WHERE table_schema = DATABASE() AND table_name = ?1
