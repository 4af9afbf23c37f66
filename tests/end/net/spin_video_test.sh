#!/bin/bash
# SPDX-License-Identifier: MIT
# spin's video server and client: the checks video/* of tests/kernel/spin/net, with two interfaces on a wire and a disk; and each attack in an
# image, or by an extension, without the rule that it comes to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/boots.sh
. "$(dirname "$0")/../boots.sh"

# guest LINK_NS: what it has.
guest() {
    BOOT_DEVICES=() BOOT_NICS=0
    truncate -s 8M "$tmp/film"
    disk film "$tmp/film"
    nic a 0 "$1"
    nic b 0 "$1"
}
BOOT_SECONDS=300
guest 1
checks "every check of films passes" spin 'video/*'

without() { # ARCHIVE IMAGE CHECK
    boot "$1" "$2" "video/$3" > "$tmp/out" 2>&1
    verdict "$3: fails, $1 by $2" bash -c "grep -Eq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -Eq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}
kernel_without() { # DEFENCE CHECK
    without spin "spin-without-VIDEO_$1" "$2"
}
extension_without() { # DEFENCE CHECK
    without "spin-without-VIDEO_$1" spin "$2"
}
kernel_without PIECE what_is_sent_is_of_the_frame_by_who_has_the_claim
kernel_without CLAIM what_is_sent_is_of_the_frame_by_who_has_the_claim
BOOT_SECONDS=30 kernel_without WAIT who_waits_for_a_device_that_is_dead_gives_up
kernel_without FILM a_film_that_lies_is_none
kernel_without PIXEL nobody_paints_beside_the_screen
kernel_without RUN who_paints_pays_for_each_pixel
extension_without TICKET who_has_no_ticket_does_not_watch
extension_without TICKET who_has_no_ticket_does_not_end_that_another_watches
extension_without FULL who_watches_keeps_his_place_when_all_are_taken
extension_without STRANGER who_is_not_the_server_shows_nothing
extension_without ORDER pieces_that_come_twice_or_overlap_or_not_at_all_harm_no_other

# The device takes its time.
guest 10000000
checks "what is under way stays as it was" spin video/what_is_sent_stays_as_it_was_until_the_device_has_it
kernel_without BUSY what_is_sent_stays_as_it_was_until_the_device_has_it
