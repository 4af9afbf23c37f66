#!/bin/bash
# SPDX-License-Identifier: MIT
# ExOS' sockets: the checks of tests/kernel/exo/sockets with an interface, and each in an image without the rule that it is about.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"
# shellcheck source=tests/end/boots.sh
. "$(dirname "$0")/../boots.sh"

nic a 0 1
nic b 0 1
BOOT_SECONDS=100 checks "every check of sockets passes" exo 'sockets/*'

BOOT_SECONDS=10
without() { # DEFENCE CHECK: it fails, or never ends
    boot "exo-without-$1" exo "sockets/$2" > "$tmp/out" 2>&1
    verdict "$2: fails without $1" bash -c "grep -Eq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -Eq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}
without SOCKET_LEAVE what_was_written_arrives_though_its_writer_is_killed
without NET_SOURCE nobody_on_the_wire_has_our_address
without NET_TELLS a_flood_is_answered_by_few_errors
without SOCKET_LEAVE a_peer_on_the_wire_has_what_was_written_or_is_told
without SOCKET_LEAVE time_wait_outlives_the_process
without NET_UNREAD a_peer_on_the_wire_has_what_was_written_or_is_told
without NET_UNREAD who_writes_to_one_that_was_killed_is_told
without SOCKET_SPOILT who_spoils_a_socket_spoils_that_one

truncate -s 16M "$tmp/plain"
disk plain "$tmp/plain"
BOOT_SECONDS=100 BOOT_MEMORY=128
checks "an ExOS with sockets, one with a disk, Cheetah and two other libraries at once do as each does alone" exo 'together/*'
