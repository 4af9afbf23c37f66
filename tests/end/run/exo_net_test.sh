#!/bin/bash
# SPDX-License-Identifier: MIT
# exo's packets: the checks of tests/kernel/exo/net with two interfaces on a wire and one alone on its own, and each attack in an image without
# the rule that it comes to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

nic a 0 1
nic b 0 1
nic alone 1 1
BOOT_SECONDS=100 checks "every check of packets passes" exo 'net/*'
BOOT_SECONDS=200 checks "hostile calls with interfaces leave the books right" exo 'campaign/hostile*'

without() { # DEFENCE CHECK
    fails_without exo "$1" "net/$2"
}
without PACKET_WRITE a_ring_is_of_page_frames_that_its_holder_may_write
without PACKET_PIN the_frames_of_a_ring_stay_when_their_owner_unmaps_them
without PACKET_ACL what_a_rings_holder_may_not_write_any_more_takes_nothing
without PACKET_TAKEN what_is_not_taken_is_not_written_over
without PACKET_ORDER rings_that_have_ended_give_their_buffers_back_the_first_first
without PACKET_DEAD no_ring_of_one_that_has_ended_is_filled
without PACKET_READ a_frame_is_sent_from_memory_that_its_sender_may_read
without PACKET_WORD the_word_that_is_counted_down_is_the_senders_to_write
without PACKET_STILL who_lost_the_words_frame_is_told_nothing_there
without PACKET_FLIES the_frames_that_a_device_has_stay_when_their_sender_dies
without PACKET_SENDS one_has_so_many_frames_on_their_way_and_no_more
without PACKET_ENDED what_those_who_ended_left_on_its_way_is_counted_to_nobody
fails_without exo PACKET_ENDED ash/what_those_who_ended_left_on_its_way_is_counted_to_nobody
without PACKET_MORE what_a_device_has_not_heard_of_goes_with_its_senders_turn
without TRANSFER_TELLS what_a_device_has_not_heard_of_goes_where_control_does
without TAP_ENDED who_has_ended_has_no_tap
without PACKET_FORGED nobody_sends_what_his_template_does_not_allow
without PACKET_FORGED frames_of_a_train_go_up_to_the_first_that_is_refused
without PACKET_READ frames_of_a_train_go_up_to_the_first_that_is_refused
without FILTER_RIGHT a_filter_is_inserted_by_a_capability_for_its_interface
without FILTER_STEALS a_longer_filter_takes_packets_from_those_only_whom_it_dominates
without FILTER_NAMED a_filter_is_bound_shared_and_dropped_by_its_capability
without FILTER_STEPS a_frame_takes_a_bounded_time_whatever_filters_there_are
without FILTER_NEW a_filter_brings_few_tests_that_none_had_before
without FILTER_SHARE who_has_all_filters_of_his_part_leaves_others_theirs
without NET_FEW a_frame_takes_a_bounded_time_whatever_filters_there_are
without FILTER_RING a_ring_that_comes_in_the_place_of_another_has_not_its_packets
without NIC_WHOLE a_template_is_set_by_whom_all_of_the_interface_is
without FILTER_STEALS a_filter_in_c_is_no_stronger_than_its_atoms
without FILTER_ROOT a_filter_is_withdrawn_by_the_root_and_its_packets_are_the_next_owners
without REVOKED_FILTER a_filter_ends_with_the_capability_that_it_was_inserted_by
without REVOKED_PACKETS a_packet_ring_ends_with_the_capability_of_its_pages
without TAP_RIGHT an_interface_is_tapped_by_whom_all_of_it_is
without REVOKED_TAP a_tap_ends_with_the_capability_of_its_interface

# The monitor pulls a plug and puts it back, once the check waits for that.
mkfifo "$tmp"/monitor.{in,out}
pull() {
    exec 3> "$tmp/monitor.in" 4< "$tmp/monitor.out"
    until grep -q ' plan count=' "$tmp/link"; do sleep 0.1; done
    sleep 1
    echo 'set_link alone off' >&3
    sleep 2
    echo 'set_link alone on' >&3
    cat <&4 > "$tmp/heard"
}
: > "$tmp/link"
pull &
BOOT_DEVICES+=(-chardev "pipe,id=monitor,path=$tmp/monitor" -mon "chardev=monitor,mode=readline")
BOOT_SECONDS=100 boot exo exo "net/what_becomes_of_a_wire_is_exposed plug=pulled" > "$tmp/link" 2>&1
verdict "a link that goes and comes is seen" grep -Eq '^@X1 [0-9]+ check .*verdict=pass' "$tmp/link"
wait
