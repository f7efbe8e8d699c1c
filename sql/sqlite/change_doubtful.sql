SELECT count(*)
  FROM (SELECT coalesce(t.departed > 0 OR t.error_type = 'unknown', 0) AS doubtful
          FROM queued_tasks AS t LEFT JOIN batches AS b ON b.id = t.batch_id
         WHERE ({filter}) AND ({eligible})
         ORDER BY t.id
         LIMIT {limit})
 WHERE doubtful
