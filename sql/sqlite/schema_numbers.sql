-- Whether a table numbers its rows by itself: its primary key is `id`, an INTEGER, and stands for the number of the row.
SELECT coalesce((SELECT group_concat(lower(name) || ' ' || upper(type)) FROM pragma_table_info(?1) WHERE pk > 0), '') = 'id INTEGER'
   AND NOT (SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?1)
