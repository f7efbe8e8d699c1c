SELECT paused, closed_until, tokens, refilled_at FROM lanes WHERE lane = ?1
