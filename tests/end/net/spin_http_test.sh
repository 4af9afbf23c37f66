#!/bin/bash
# SPDX-License-Identifier: MIT
# spin's web server: the checks of tests/kernel/spin/stream/http_checks.c with two interfaces on a wire and a disk. Each attacks the server, and the
# same server without the rule that the attack fails by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"
# shellcheck source=tests/end/boots.sh
. "$(dirname "$0")/../boots.sh"

truncate -s 16M "$tmp/disk"
disk d "$tmp/disk"
nic a 0 1
nic b 0 1
BOOT_SECONDS=200 checks "every check of the web server passes" spin 'http/*'
