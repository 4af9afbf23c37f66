#!/bin/bash
# SPDX-License-Identifier: MIT
# spin's connections: the checks of tests/kernel/spin/stream with two interfaces on a wire, and each attack in an image without the rule that it
# comes to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

nic a 0 1
nic b 0 1
BOOT_SECONDS=100 checks "every check of connections passes" spin 'stream/*'

without() { # DEFENCE CHECK
    fails_without spin "$1" "stream/$2"
}
without PACKET_SNOOP any_frames_beside_it_change_no_connection_and_nobodys_packets
without STREAM_SENT a_protocol_that_lies_loses_its_connection_and_nothing_else
without STREAM_BELIEVED a_protocol_shows_nobody_what_no_segment_brought
without STREAM_STATION who_guesses_the_ports_does_not_have_what_is_sent_to_a_peer
without STREAM_SNOOP nobody_is_told_of_anothers_connections
without STREAM_OWN nobody_writes_to_anothers_connection_or_ends_it
without STREAM_FLOOD a_flood_of_beginnings_keeps_nobody_out
without STREAM_COOKIE who_was_given_no_cookie_opens_nothing_by_one
without SHORT_CHANGED who_has_a_port_from_now_on_has_its_segments
without SHORT_FROM a_segment_that_comes_by_another_wire_ends_no_connection
without SHORT_DAMAGED a_segment_that_was_damaged_ends_no_connection
without STREAM_READ what_a_device_reads_stays_until_it_has
without STREAM_LEFT who_reads_nothing_of_a_killed_process_is_reset_in_time
without STREAM_UNREAD who_writes_to_a_killed_process_is_reset
without STREAM_ALARM a_deadline_that_is_set_while_another_one_is_told_is_kept
without CONNECTION_OWN a_process_has_its_own_connections_and_no_others
without CONNECTION_MEMORY a_process_sends_from_and_receives_to_its_own_memory
without CONNECTION_SHARE a_process_has_so_many_connections_and_leaves_the_others
without CONNECTION_DOORS a_process_waits_at_so_many_ports_and_leaves_the_others
without CONNECTION_ENDS a_process_that_ends_while_it_reads_ends_its_connection
without STREAM_SECRET what_numbers_and_cookies_are_made_of_is_not_the_time
