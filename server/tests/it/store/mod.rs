//! One contract, two databases: each story runs on SQLite and on a real Postgres.

mod accounts;
mod api_tokens;
mod audit;
mod configuration;
mod deliveries;
mod given;
mod hostile;
mod intake;
mod invites;
mod model;
mod only_postgres;
mod only_sqlite;
mod retention;
mod runs;
mod sealed;
mod sessions;
mod stopping;
mod two_steps;
mod versions;

/// Makes a test of each story, once per database.
macro_rules! stories {
    ($($subject:ident::$story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    let directory = tempfile::tempdir().unwrap();
                    let url = format!("sqlite:{}", directory.path().join("sidetag.db").display());
                    let store = server::store::open(&url).await.unwrap();
                    super::$subject::$story(&store).await;
                    store.close().await;
                }
            )+
        }

        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    let database = crate::support::postgres::Database::create().await;
                    let store = server::store::open(&database.url()).await.unwrap();
                    super::$subject::$story(&store).await;
                    store.close().await;
                }
            )+
        }
    };
}

stories! {
    accounts::the_setup_link_makes_one_user_once,
    accounts::two_browsers_with_the_setup_link_make_one_user,
    accounts::a_new_setup_link_ends_the_old_one,
    accounts::the_last_administrator_stays,
    accounts::two_administrators_cannot_depose_each_other,
    accounts::a_change_of_access_ends_the_sessions_it_concerns,
    invites::an_invite_makes_one_user_once,
    invites::two_browsers_with_one_invite_make_one_user,
    invites::a_new_link_ends_the_old_one,
    sessions::sessions_last_until_their_end,
    sessions::what_was_ended_stays_ended,
    sessions::a_users_sessions_are_listed_and_ended,
    two_steps::a_second_step_is_on_once_it_is_confirmed,
    two_steps::no_code_works_twice,
    api_tokens::a_token_is_found_by_its_hash_and_revoked_once,
    audit::a_change_and_its_trace_are_both_there_or_neither,
    audit::sources_and_tags_leave_traces,
    audit::traces_are_filtered_and_read_page_by_page,
    configuration::an_origin_belongs_to_one_source,
    configuration::a_refused_change_leaves_no_trace,
    configuration::a_draft_is_saved_only_over_what_its_author_saw,
    configuration::versions_are_numbered_within_their_tag,
    configuration::publishing_twice_at_once_gives_two_numbers,
    configuration::the_revision_grows_with_what_the_running_tags_depend_on,
    configuration::lists_are_sorted_by_name,
    configuration::what_two_editors_started_from_is_known_for_a_day,
    configuration::a_repeated_save_is_no_conflict,
    configuration::an_import_is_done_whole_or_not_at_all,
    configuration::a_rehearsal_changes_nothing,
    configuration::an_old_key_lives_on_beside_its_successor,
    versions::a_version_says_why_and_what_it_holds,
    versions::rolling_back_publishes_the_old_content_anew,
    versions::a_draft_with_changes_of_its_own_survives_a_roll_back,
    versions::what_was_live_when_its_author_looked_can_be_asked,
    versions::a_long_history_is_read_page_by_page,
    stopping::a_paused_tag_holds_and_a_resumed_one_lets_go_in_order,
    stopping::a_retry_that_is_held_goes_on_as_a_retry,
    stopping::what_was_in_flight_when_the_tag_was_paused_ends,
    stopping::a_worker_that_dies_while_it_holds_loses_nothing,
    stopping::a_deleted_tag_vanishes_and_comes_back_with_what_was_held,
    stopping::what_is_held_for_a_tag_that_is_gone_is_cancelled,
    stopping::a_deleted_source_gives_its_origins_free,
    stopping::resuming_from_many_sides_loses_nothing,
    retention::old_events_go_in_small_batches,
    retention::an_event_on_its_way_stays_and_a_held_one_goes,
    retention::keys_that_are_over_go,
    retention::tags_and_sources_go_once_no_event_refers_to_them,
    retention::the_job_deletes_all_that_is_over,
    retention::settings_are_saved_only_over_what_their_author_saw,
    intake::an_accepted_event_reads_back_whole,
    intake::a_repeat_is_a_duplicate_until_its_key_is_over,
    intake::a_repeat_within_a_batch_is_a_duplicate,
    intake::a_batch_is_stored_whole_or_not_at_all,
    intake::the_same_event_sent_twice_at_once_is_stored_once,
    intake::a_batch_may_be_large,
    deliveries::claimers_never_share_a_delivery,
    deliveries::the_oldest_due_delivery_comes_first,
    deliveries::a_lease_that_is_over_is_freed_and_fences_off_its_holder,
    deliveries::a_delivery_is_settled_once,
    deliveries::starting_frees_every_lease,
    deliveries::a_failed_try_is_repeated_until_it_is_delivered,
    deliveries::a_run_stands_as_the_delivery_that_asks_for_most_attention,
    deliveries::settling_a_run_from_many_sides_sums_it_up_right,
    deliveries::the_exact_request_is_sent_on_every_try_and_never_shown,
    model::the_queue_does_what_a_list_would,
    runs::pages_hold_still_while_events_come_in,
    runs::filters_combine,
    runs::the_histogram_counts_stretches_from_its_start,
    runs::traffic_is_counted_by_source_and_by_tag,
    hostile::hostile_text_reads_back_the_same,
    hostile::hostile_ids_find_nothing,
}
