//! The conformance suite of the store: every verb and every starting state, on every backend, each case under the backend's
//! own name. A case is a plain function over a `World`; one that is not in the list below is a dead-code error.

mod change;
mod copy;
mod dead_letters;
mod enqueue;
mod exchange;
mod lanes;
mod late;
mod leftovers;
mod model;
mod rates;
mod recover;
mod refused;
#[path = "../servers/database.rs"]
mod server;
mod shares;
mod stats;
mod world;

/// Declares each case once and runs it on every backend.
macro_rules! conformance {
    (backends { $($(#[$needs:meta])* $backend:ident = $open:path;)+ } cases $cases:tt) => {
        $(conformance!(@ [$(#[$needs])*], $backend, $open, $cases);)+
    };
    (@ $needs:tt, $backend:ident, $open:path, { $($theme:ident { $($case:ident,)+ })+ }) => {
        mod $backend {
            $(mod $theme {
                $(conformance!(@ case $needs, $case, crate::$theme::$case(&$open()));)+
            })+
        }
    };
    (@ case [$($needs:tt)*], $case:ident, $run:expr) => {
        #[test]
        $($needs)*
        fn $case() { $run; }
    };
}

conformance! {
    backends {
        sqlite = crate::world::sqlite;
        #[ignore = "needs SMSCTL_TEST_MYSQL"]
        mysql = crate::world::mysql;
    }
    cases {
        enqueue {
            a_message_is_there_as_it_was_given,
            a_generic_task_carries_its_json,
            a_repeated_key_returns_the_first_task,
            keys_differ_by_case_and_trailing_space,
            duplicates_within_one_call_are_found,
            a_task_for_later_is_scheduled,
            a_time_that_has_passed_means_now,
            a_full_queue_takes_nothing_of_the_call,
            more_than_a_queue_ever_takes_is_not_full,
            numbers_that_another_program_used_up_are_told_and_come_back,
            duplicates_fit_into_a_full_queue,
            an_empty_call_changes_nothing,
            text_goes_through_byte_for_byte,
            ids_grow_and_never_repeat,
            one_call_may_be_large,
            each_of_many_rows_keeps_what_it_says,
            a_key_among_new_ones_is_met,
            a_batch_gathers_over_calls,
            a_row_of_another_program_is_a_task,
        }
        exchange {
            claims_each_task_once,
            claims_at_most_what_is_wanted,
            an_empty_queue_gives_nothing,
            highest_priority_goes_first_then_lowest_id,
            a_lane_gets_its_own_tasks_only,
            a_lane_serves_the_words_of_other_programs,
            rows_of_other_programs_cannot_stop_a_lane,
            a_number_at_the_end_of_its_column_stops_nothing,
            a_number_beyond_all_counts_is_a_large_one,
            a_time_that_is_none_hides_no_other,
            a_claim_tells_all_that_a_sender_needs,
            each_claim_has_a_time_of_its_own,
            completed_is_written,
            rejected_is_a_dead_letter,
            deferred_waits_and_comes_back_when_due,
            deferred_for_the_lane_costs_no_attempt,
            parked_waits_for_an_order,
            the_last_attempt_is_a_dead_letter,
            released_is_pending_with_its_attempt_unspent,
            a_settlement_of_an_older_attempt_is_lost,
            a_settlement_is_written_once,
            a_settlement_is_lost_in_every_other_state,
            scheduled_tasks_are_promoted_when_due,
            a_scheduled_task_without_a_time_is_due_at_once,
            a_retry_that_was_left_no_attempt_is_a_dead_letter,
            a_claim_that_was_left_no_attempt_ends_as_a_dead_letter,
            many_due_at_once_are_promoted_in_bounded_turns,
            expired_tasks_are_never_handed_out,
            expired_tasks_do_not_block_those_behind_them,
            a_rate_bounds_the_claims,
            two_workers_share_one_rate,
            a_clock_that_goes_back_refills_nothing,
            settlements_and_claims_share_one_turn,
            next_due_tells_when_to_come_back,
            changes_by_others_are_noticed,
            a_task_of_a_claim_may_be_changed_by_others,
            a_worker_that_was_declared_dead_gets_nothing,
        }
        late {
            an_accepted_answer_completes_a_task_that_waits,
            an_accepted_answer_leaves_what_was_put_aside,
            an_accepted_answer_ends_no_task_that_waits_with_another_text,
            an_accepted_answer_completes_a_task_whose_claim_another_program_disfigured,
            an_answer_settles_nothing_of_a_row_that_came_in_its_place,
            of_two_rows_whose_ids_were_exchanged_neither_gets_the_others_answer,
            an_answer_ends_no_row_that_came_in_its_place_with_another_message,
            what_was_held_on_the_wire_needs_an_express_order,
            an_answer_says_of_a_row_that_was_put_back_that_it_may_have_arrived,
            an_accepted_answer_never_overwrites_a_newer_attempt,
            an_answer_to_a_claim_that_came_back_unsent_counts_after_another_one_has_failed,
            an_answer_to_a_claim_that_was_given_back_counts_after_another_one_came_back_unsent,
            two_claims_of_one_task_that_end_in_one_turn_count_once_each,
            an_answer_after_a_recovery_is_new_knowledge,
            a_late_answer_leaves_nothing_to_wake_up_for,
            a_refusal_after_a_recovery_is_a_dead_letter,
            an_answer_after_the_last_attempt_corrects_its_letter,
            what_came_back_unsent_after_a_recovery_goes_on,
            a_lost_answer_that_is_certain_frees_the_task,
            a_claim_that_nobody_settled_needs_an_express_order,
            a_late_end_is_recorded_once,
            an_attempt_is_never_recorded_as_less,
        }
        lanes {
            a_throttled_lane_is_closed_for_all,
            what_a_person_has_to_mend_is_tried_by_one_message,
            of_all_processes_one_probes_at_a_time,
            a_probe_that_is_answered_opens_the_lane,
            a_probe_that_reaches_nobody_is_a_further_rest,
            stragglers_neither_shorten_nor_count_a_rest,
            a_probe_that_never_left_is_made_again_at_once,
            a_probe_leaves_a_longer_closure_that_came_meanwhile,
            of_what_one_turn_says_of_a_lane_the_longest_closure_stays,
            a_probe_that_comes_back_late_does_not_end_the_next_one,
            a_probe_whose_worker_died_is_made_again_at_once,
            a_lane_stays_closed_while_nothing_is_there_to_probe_it,
            a_paused_lane_gives_nothing,
            a_pause_ends_at_its_time,
            resume_opens_a_closed_lane,
            a_pause_keeps_the_closure_that_it_hides,
            orders_for_lanes_are_noticed_and_kept_on_record,
            a_fresh_lane_passes_a_burst_in_its_first_second,
            a_clock_that_jumps_refills_nothing,
            a_clock_that_goes_back_keeps_no_lane_closed,
            a_rate_is_exact_over_time,
        }
        shares {
            a_storm_of_retries_leaves_half_to_fresh_messages,
            a_storm_leaves_half_to_fresh_messages_though_another_lane_has_nothing_to_send,
            what_is_due_of_a_lane_comes_back_from_behind_the_storm_of_another,
            a_storm_without_anything_else_to_send_comes_back_at_once,
            a_storm_of_retries_keeps_no_urgent_message_waiting,
            a_long_batch_leaves_half_to_what_came_after_it,
            those_behind_a_batch_leave_in_their_order_and_the_batch_fills_what_they_leave_over,
            what_stands_between_two_long_batches_waits_for_neither,
            what_came_while_a_batch_was_loaded_waits_no_longer_for_it_than_without,
            a_batch_that_grew_later_does_not_let_others_pass_by_those_who_wait,
            a_short_batch_is_sent_in_its_turn,
            a_long_batch_keeps_no_urgent_message_waiting,
        }
        rates {
            a_rate_is_exact_while_workers_die_and_others_begin,
            a_rate_is_exact_among_workers_that_wait_for_each_other,
            a_rate_is_exact_by_a_clock_that_steps,
            a_rate_may_be_raised_and_lowered_while_workers_work,
        }
        recover {
            a_living_worker_keeps_its_claims,
            a_worker_that_ends_while_it_is_looked_at_is_not_found_dead,
            a_dead_worker_leaves_unknown_tasks,
            what_is_not_in_a_workers_hands_is_found_by_its_audit,
            recovery_is_done_once,
            the_judge_may_send_again,
            a_task_that_kills_workers_ends_as_a_dead_letter,
            deaths_before_a_task_left_are_counted_and_nothing_else,
            a_retired_worker_with_claims_is_recovered,
            a_dead_worker_cannot_settle,
            a_heartbeat_after_death_is_lost,
            more_than_a_page_of_claims_is_recovered,
            a_worker_that_is_recovered_half_way_has_ended,
            a_fate_that_is_refused_keeps_no_other_task_from_its_own,
            a_clock_that_goes_back_delays_no_retry,
            a_page_that_fills_exactly_ends,
            tasks_of_the_application_are_left_alone,
            a_task_whose_attempt_is_no_count_gets_its_fate,
            a_worker_whose_only_task_is_refused_its_fate_is_dead_all_the_same,
            workers_are_listed,
            a_worker_that_has_not_ended_is_listed_behind_however_many_that_have,
            a_heartbeat_in_time_saves_a_suspect,
            a_task_of_a_dead_worker_keeps_its_batch_and_lane,
        }
        refused {
            a_claim_that_is_refused_keeps_no_other_waiting,
            what_may_not_become_due_or_expire_keeps_no_other_waiting,
            a_storm_with_a_task_that_may_not_become_due_keeps_no_fresh_one_waiting,
            a_turn_whose_end_is_refused_says_so,
        }
        change {
            orders_take_only_their_states,
            a_dead_task_takes_no_order,
            a_task_that_is_not_there_takes_no_order,
            retry_takes_unknown_only_on_order,
            release_goes_back_to_its_time,
            filters_select,
            a_filter_takes_a_word_to_the_byte,
            a_limit_bounds_an_order,
            what_came_after_a_look_has_a_higher_id,
            more_than_a_page_is_changed,
            count_tells_what_change_will_do,
            an_order_tells_how_many_may_have_been_sent,
            an_order_tells_which_of_the_named_it_changed,
            a_cancelled_task_is_never_claimed,
            a_list_has_its_bound,
        }
        dead_letters {
            retry_gives_a_new_budget,
            retry_and_abandon_take_pending_ones_only,
            other_states_mean_no_pending_letter,
            an_order_tells_which_of_the_named_letters_it_changed,
            abandoned_tasks_stay_failed,
            filters_select,
            a_letter_whose_task_went_on_stays,
            a_letter_that_cannot_go_back_does_not_block_a_limit,
            a_letter_whose_task_is_gone_is_enqueued_anew,
            a_letter_that_cannot_be_sent_is_neither_counted_nor_retried,
            a_letter_of_the_application_is_enqueued_anew,
            more_than_a_page_is_changed,
            what_may_have_left_is_retried_by_express_order_only,
            what_has_expired_is_retried_by_express_order_only,
            a_letter_of_the_application_is_gated_by_its_own_word,
        }
        stats {
            counts_follow_every_change,
            what_may_have_arrived_is_counted_as_unknown,
            other_programs_are_counted,
            rows_that_are_replaced_are_counted,
            an_old_answer_settles_nothing_of_a_new_row,
            letters_that_are_replaced_are_counted,
            a_row_without_a_status_is_pending,
            a_status_of_nobody_is_shown_and_left_alone,
            a_deleted_task_takes_its_attempts_along,
            lanes_batches_and_hours_are_counted,
            the_oldest_pending_task_tells_its_age,
            check_finds_nothing_wrong,
            recount_puts_tallies_right,
        }
        leftovers {
            what_hangs_on_no_task_is_found_and_put_right,
            what_an_id_inherited_is_found_and_put_right,
            pages_are_gone_through_to_the_end,
            a_sound_queue_has_no_leftovers,
            the_time_of_another_place_makes_no_leftovers,
        }
        copy {
            everything_is_the_same_on_every_backend,
            a_closed_queue_takes_no_verb,
            the_source_is_closed_and_the_target_open,
            a_copy_beside_the_queue_is_closed,
            the_target_must_be_empty,
            a_queue_is_no_copy_of_itself,
            a_copy_that_was_interrupted_goes_on,
            a_copy_whose_source_was_opened_meanwhile_goes_on,
            what_changed_between_two_runs_is_mended,
            what_is_written_meanwhile_is_copied_too,
            a_source_that_never_stands_still_is_not_handed_over,
            a_target_that_alters_what_is_written_to_it_is_told_from_a_source_that_changes,
            a_copy_that_was_opened_is_left_alone,
            a_queue_that_has_gone_elsewhere_is_not_opened_where_it_was_to_go_first,
            a_copy_that_was_taken_over_by_another_may_take_it_over_again,
            of_two_runs_at_once_one_goes_on,
            a_copy_that_fails_for_good_opens_the_source_again_and_goes_on_later,
            a_source_whose_target_is_no_unfinished_copy_stays_closed,
            what_can_be_known_of_a_copy_is_known_before_anything_is_closed,
            a_preview_counts_what_is_copied,
            a_move_that_was_done_is_known_by_what_the_target_has,
            what_came_into_a_closed_copy_is_told,
            what_came_into_a_closed_queue_is_told,
            a_copy_that_was_undone_leaves_the_target_empty,
            a_copy_beside_the_queue_that_ended_between_its_last_two_commits_goes_on,
            counts_are_right_without_triggers,
        }
        model {
            random_orders_agree_with_the_model,
        }
    }
}
