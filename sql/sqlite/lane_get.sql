SELECT paused, paused_until, closed_until, closed_reason, rests, tokens, refilled_at FROM lanes WHERE lane = ?1
