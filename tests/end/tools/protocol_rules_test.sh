#!/bin/bash
# SPDX-License-Identifier: MIT
# What implementations of TCP/IP usually get wrong (kernels/protocol/rules.h) is needed: without each rule a test of the unit programs fails. They
# are compiled here, with rules at will, and without sanitizers.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"

cat > "$tmp/without.c" << 'END'
#include <stdlib.h>
int protocol_without;
__attribute__((constructor)) static void choose(void) {
    const char *s = getenv("PROTOCOL_WITHOUT");
    protocol_without = s ? atoi(s) : 0;
}
END
echo 'extern int protocol_without;' > "$tmp/without.h"
compile() { # PROGRAM
    gcc -std=gnu11 -D_GNU_SOURCE -O1 -w -Ikernels -Itests/unit -DWITHOUT=CHOSEN -DDEFENCE_CHOSEN=protocol_without -include "$tmp/without.h" -o "$tmp/$1" \
        tests/unit/protocol/protocol_"$1"_test.c tests/unit/only.c "$tmp/without.c" kernels/protocol/*.c kernels/protocol/tcp/*.c -lcmocka -Wl,--wrap=_cmocka_run_group_tests
}
programs='tcp_rules tcp_table tcp_listen tcp packet ip impair http'
for program in $programs; do
    compile "$program" || exit
    TCP_SCHEDULES=200 timeout 100 "$tmp/$program" > "$tmp/out" 2>&1
    verdict "with all rules the tests of $program pass" [ $? -eq 0 ]
done

without() { # RULE PROGRAM TEST: without RULE the test TEST of protocol_PROGRAM_test fails
    local number status
    number=$(awk -v rule="$1" '$2 == rule { print $1 }' build/rules/protocol)
    PROTOCOL_WITHOUT=${number:?no rule $1} TCP_SCHEDULES=200 timeout 100 "$tmp/$2" --only "$3" > "$tmp/out" 2>&1
    status=$?
    verdict "without $1 this fails: $3" [ $status -eq 1 ] # how many fail; not one that hangs
    tried+=" $1 "
}
tried=''
table=each_state_takes_each_segment_as_rfc_9293_has_it
without TCP_WINDOW tcp_table $table
without TCP_FITS tcp_table $table
without TCP_RESET tcp_table $table
without TCP_RESET_SYN_SENT tcp_table $table
without TCP_SYN tcp_table $table
without TCP_UNSENT tcp_table $table
without TCP_OLD_ACK tcp_table $table
without TCP_WAIT_RESET tcp_table $table
without TCP_CHALLENGES tcp_rules challenges_are_few
without TCP_LATE_ACK tcp_rules an_acknowledgement_that_was_late_counts_after_the_timeout
without TCP_OLD_TIME tcp_rules old_times_are_refused
without TCP_ZERO_WINDOW tcp_rules an_hour_of_no_window_keeps_the_connection
without TCP_OLD_WINDOW tcp_rules an_older_segments_window_is_not_the_newest
without TCP_NOT_BACK tcp_rules a_window_is_not_taken_back
without TCP_SILLY tcp_rules a_window_opens_by_a_segment_or_not_at_all
without TCP_SMALL tcp_rules small_segments_wait_for_one_another
without TCP_FIN_LAST tcp_rules the_end_is_behind_all_data
without TCP_KARN tcp_rules what_is_sent_twice_is_not_timed
without TCP_TAIL tcp_rules a_tail_that_is_lost_goes_again_before_a_timeout
without TCP_TAIL_ONCE tcp_rules a_probe_goes_once_and_then_there_is_a_timeout
without TCP_TAIL_ONE tcp_rules one_segment_alone_waits_for_longer_and_halves_nothing
without TCP_COOKIE tcp_listen a_cookie_is_the_listeners_own
without ISS_TUPLE packet secrets_are_siphash
without PORT_TUPLE packet secrets_are_siphash
without IP_OVERLAP ip pieces_that_contradict_give_the_packet_up
without IP_OPTIONS ip options_are_looked_at
without ARP_STRANGER packet arp_believes_no_stranger
without ARP_PLACES packet arp_forgets_nobody_for_a_stranger
without ICMP_ERRORS packet an_echo_becomes_its_reply
without RPC_ONCE packet a_call_happens_once_at_most
without RPC_HANDLE packet a_call_happens_once_at_most
without AM_HANDLER impair active_messages_there_and_back
without HTTP_DOTS http what_is_none_is_refused
without HTTP_LONG http what_is_none_is_refused
without HTTP_DIGITS http ranges_are_of_the_file
for rule in $(cut -d' ' -f2 build/rules/protocol); do
    [[ $tried == *" $rule "* ]] || verdict "a test attacks $rule" false
done
