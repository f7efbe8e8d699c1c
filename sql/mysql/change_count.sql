SELECT count(*)
  FROM (SELECT 1
          FROM queued_tasks AS t LEFT JOIN batches AS b ON b.id = t.batch_id
         WHERE ({filter}) AND ({eligible})
         LIMIT {limit}) AS found
