-- One round trip: the transaction, its time, and whether the queue is closed.
START TRANSACTION;
SELECT moment.at, closures.why, closures.other, closures.token
  FROM (SELECT UTC_TIMESTAMP(6) AS at) AS moment
  LEFT JOIN closures ON closures.id = 1
