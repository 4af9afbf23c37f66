#!/bin/bash
# SPDX-License-Identifier: MIT
# spin's video server and client: the checks of tests/kernel/spin/net/video.c, with two interfaces on a wire and a disk.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/boots.sh
. "$(dirname "$0")/../boots.sh"

truncate -s 8M "$tmp/film"
disk film "$tmp/film"
nic a 0 1
nic b 0 1
BOOT_SECONDS=40 checks "every check of films passes" spin 'video/*'
