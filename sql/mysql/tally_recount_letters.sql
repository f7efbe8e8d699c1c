SELECT coalesce(status, 'pending'), count(*) FROM dead_letter_messages GROUP BY 1
