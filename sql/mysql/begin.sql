-- One round trip: the transaction, its time, and whether the queue is closed. The door is held before the closure is looked for, which the
-- join sees to: who closes the queue waits for all that began before, and what begins after sees the closure.
START TRANSACTION;
SELECT moment.at, closures.why, closures.other, closures.token
  FROM (SELECT UTC_TIMESTAMP(6) AS at) AS moment
  LEFT JOIN marks ON marks.name = 'door'
  LEFT JOIN closures ON closures.id = coalesce(nullif(length(marks.name), 4), 1)
  LOCK IN SHARE MODE
