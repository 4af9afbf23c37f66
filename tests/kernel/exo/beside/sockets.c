/* SPDX-License-Identifier: MIT */
/* sockets.c -- ExOS' sockets: the program `sockets` is an ExOS with an interface in an environment
 * beside this one. Whatever it does, all frames come back. */
#include "beside.h"

#include "../sockets/sockets_cases.h"
#include "../told.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "measure/bench.h"

#define KERNEL_FRAMES 2000
#define FRAMES        8000 /* that are free */
#define TIMES         300
#define ANY_FRAMES    3000

static void run(struct check *c, uint64_t which) {
    if (!env_info()->nics) {
        check_skip(c, "the machine has no network interface");
        return;
    }
    if (frames_free() < FRAMES) {
        check_skip(c, "the machine has fewer than %d free frames", FRAMES);
        return;
    }
    beside_run(c, "sockets", which, KERNEL_FRAMES);
}

CHECK(sockets_stream, "sockets/bytes_go_there_and_back_by_a_descriptor_that_fork_shared") {
    run(c, CASE_stream);
}

CHECK(sockets_killed, "sockets/what_was_written_arrives_though_its_writer_is_killed") {
    run(c, CASE_killed);
}

CHECK(sockets_unread, "sockets/who_writes_to_one_that_was_killed_is_told") {
    run(c, CASE_unread);
}

CHECK(sockets_passed, "sockets/a_connection_goes_on_in_another_process") {
    run(c, CASE_passed);
}

CHECK(sockets_polled, "sockets/one_wait_is_for_sockets_pipes_and_time") {
    run(c, CASE_polled);
}

CHECK(sockets_datagrams, "sockets/datagrams_are_whole_and_their_ports") {
    run(c, CASE_datagrams);
}

CHECK(sockets_raw, "sockets/the_host_answers_an_echo") {
    run(c, CASE_raw);
}

CHECK(sockets_many, "sockets/connections_that_came_and_went_leave_what_was_there_before") {
    uint64_t times[2] = {TIMES};
    told("connections=", times); /* tests/kernel/campaign connections N */
    run(c, CASE_many | times[0] << 32);
}

CHECK(sockets_spoilt, "sockets/who_spoils_a_socket_spoils_that_one") {
    run(c, CASE_spoilt);
}

CHECK(sockets_slow, "sockets/who_reads_nothing_makes_nobody_else_wait") {
    run(c, CASE_slow);
}

CHECK(sockets_flooded, "sockets/a_flood_is_answered_by_few_errors") {
    run(c, CASE_flooded);
}

CHECK(sockets_anywhere,
      "sockets/packets_are_handled_at_every_instruction_of_sending_and_receiving") {
    run(c, CASE_anywhere);
}

/* --- With a stranger on the wire, who has the other interface --- */

static void run_wire(struct check *c, uint64_t which) {
    if (env_info()->nics < 2)
        check_skip(c, "the machine has no two network interfaces");
    else
        run(c, which);
}

CHECK(sockets_ourselves, "sockets/nobody_on_the_wire_has_our_address") {
    run_wire(c, CASE_ourselves);
}

CHECK(sockets_any, "sockets/any_frames_beside_them_change_no_connection_and_nobodys_datagrams") {
    uint64_t campaign[2] = {ANY_FRAMES, 14}; /* fewer than 2^24 */
    told("stack=", campaign);                /* tests/kernel/campaign stack FRAMES SEED */
    run_wire(c, CASE_any | campaign[0] << 32 | campaign[1] << 56);
}

CHECK(sockets_syns, "sockets/a_flood_of_syns_keeps_nobody_out_and_takes_no_memory") {
    run_wire(c, CASE_syns);
}

CHECK(sockets_arps, "sockets/a_flood_of_arp_makes_nobody_forgotten_and_takes_no_memory") {
    run_wire(c, CASE_arps);
}

CHECK(sockets_pieces, "sockets/a_flood_of_pieces_leaves_place_for_packets_and_takes_no_memory") {
    run_wire(c, CASE_pieces);
}

CHECK(sockets_unsent, "sockets/a_peer_on_the_wire_has_what_was_written_or_is_told") {
    run_wire(c, CASE_unsent);
}

CHECK(sockets_waits, "sockets/time_wait_outlives_the_process") {
    run_wire(c, CASE_waits);
}
