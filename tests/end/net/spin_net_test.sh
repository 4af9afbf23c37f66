#!/bin/bash
# SPDX-License-Identifier: MIT
# spin's packets: the checks of tests/kernel/spin/net with two interfaces on a wire, and each attack in an image without the rule that it comes
# to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"
# shellcheck source=tests/end/boots.sh
. "$(dirname "$0")/../boots.sh"

nic a 0 1
nic b 0 1
BOOT_SECONDS=100
BOOT_SECONDS=200 checks "every check of packets passes" spin 'net/*'

# Each of these checks has passed above.
without() { # DEFENCE CHECK
    boot spin "spin-without-$1" "net/$2" > "$tmp/out" 2>&1
    verdict "net/$2: fails without $1" bash -c "grep -Eq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -Eq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}
without PACKET_TAKEN a_port_that_somebody_has_is_nobody_elses
without PACKET_KEY a_key_is_as_wide_as_its_headers_field
without PACKET_KEPT who_does_not_read_leaves_the_interface_its_buffers
without PACKET_ENDS a_process_leaves_ports_to_others
without PACKET_LOOPED who_answers_its_own_answers_leaves_others_the_processor
without PACKET_GROUP nobody_is_answered_who_says_that_he_is_all_stations
without PACKET_ASKED questions_of_others_are_followed_by_none
without PACKET_IP nobody_on_a_wire_has_our_address_or_is_many
without PACKET_SHARE an_extension_claims_keys_of_a_node_once
without PACKET_PADDED behind_a_short_packet_are_zeros_and_nobodys_bytes
without PACKET_SNOOP nobody_hears_of_anothers_packets
without PACKET_PROTOCOL an_edge_of_the_graph_is_its_protocols_alone
without PACKET_PROTOCOL what_is_sent_is_seen_by_its_protocol_alone
without PACKET_BOUND a_handler_is_cut_at_its_bound_and_has_not_had_the_packet
without PACKET_BOUND a_handler_that_is_not_proven_to_be_short_has_no_packets
without PACKET_CLAIM who_sends_does_so_by_its_own_claim_and_from_its_own_ports
without PACKET_SPOOF who_sends_does_so_by_its_own_claim_and_from_its_own_ports
without PACKET_SOURCE no_frame_leaves_with_anothers_source
without PACKET_WRITTEN who_writes_to_a_packet_is_not_loaded
without PASS_SHOWN who_passes_packets_on_sees_after_a_while_that_there_are_some
without PASS_CHANGED nothing_is_passed_on_for_who_has_the_port_no_more
without PASS_STATION what_is_passed_on_goes_to_the_station_that_is_known_now
without PASS_FROM what_comes_by_another_wire_does_not_go_the_way_of_this_one
without PASS_LENGTH nothing_that_lies_behind_a_frame_is_passed_on
without PASS_PLAIN a_piece_of_a_packet_does_not_go_the_way_of_whole_ones
without PASS_HOPS what_is_passed_on_has_a_hop_less
without PASS_ENDS a_packet_that_is_passed_on_for_ever_ends
without PASS_ONE an_answer_goes_to_who_asks_from_a_port_now_and_not_to_who_did_before
without PASS_OWN who_passes_packets_on_does_so_from_its_own_ports
without TURN_TARGET who_was_asked_with_all_others_answers_in_its_own_name
without TURN_WHOLE an_answer_has_the_sum_of_what_it_says
without WAY_CHANGED headers_are_written_again_once_an_event_has_changed
