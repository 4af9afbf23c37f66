/* SPDX-License-Identifier: MIT */
/* datagrams.c -- what a process may say of ports: its own, and memory of its own. */
#include "lib/error.h"
#include "measure/bench.h"
#include "spin/user/datagrams.h"

CHECK(net_process, "net/a_process_has_ports_of_its_own_and_no_others") {
    static char text[32] = "a datagram";
    long a = datagram_open(6100, 0), b = datagram_open(6101, 1);
    if (a == -E_NO_CALL) {
        check_skip(c, "the machine has no network");
        return;
    }
    CHECK_THAT(c, a >= 0 && b >= 0 && datagram_open(6100, DATAGRAM_ANY) == -E_EXISTS);
    CHECK_THAT(c, datagram_open(111, DATAGRAM_ANY) == -E_PERM);
    CHECK_THAT(c, datagram_open(0, 0) == -E_INVALID && datagram_open(70000, 0) == -E_INVALID);
    for (long n = -2; n < 70; n++)
        if (n != a && n != b && datagram_send(n, text, 8, 0x0a000002, 6101) != -E_NOT_FOUND)
            check_fail(c, "port %ld is somebody's", n);
    CHECK_THAT(c, datagram_send(a, (void *)-4096ul, 8, 0x0a000002, 6101) == -E_FAULT);
    CHECK_THAT(c, datagram_send(a, text, DATAGRAM_MOST + 1, 0x0a000002, 6101) == -E_TOO_LONG);
    CHECK_THAT(c, datagram_close(a) == 0);
    CHECK_THAT(c, datagram_close(a) == -E_NOT_FOUND);
    CHECK_THAT(c, datagram_count(b) == 0 && datagram_close(b) == 0);
}

CHECK(net_hoards, "net/who_does_not_read_leaves_the_interface_its_buffers") {
    static const char *const needed[] = {"loopback", "ether", "arp", "ip", "udp"};
    enum { HOARDS = 6 };
    static char text[32] = "a datagram";
    long from = datagram_open(6200, 0), hoard[HOARDS], reads;
    if (from == -E_NO_CALL) {
        check_skip(c, "the machine has no network");
        return;
    }
    for (unsigned i = 0; i < sizeof needed / sizeof *needed; i++)
        CHECK_THAT(c, spin_extend(needed[i]) >= 0);
    for (unsigned i = 0; i < HOARDS; i++) {
        hoard[i] = datagram_open(6201 + i, 1);
        CHECK_THAT(c, hoard[i] >= 0);
        for (unsigned n = 0; n < 24; n++)
            datagram_send(from, text, 8, 0x0a000002, 6201 + i);
    }
    reads = datagram_open(6300, 1);
    CHECK_THAT(c, reads >= 0 && datagram_send(from, text, 8, 0x0a000002, 6300) == 0);
    for (unsigned i = 0; i < 1000 && datagram_count(reads) == 0; i++)
        datagram_send(from, text, 8, 0x0a000002, 6300);
    CHECK_THAT(c, datagram_count(reads) >= 1);
    for (unsigned i = 0; i < HOARDS; i++)
        CHECK_THAT(c, datagram_count(hoard[i]) >= 1 && datagram_close(hoard[i]) == 0);
    CHECK_THAT(c, datagram_close(reads) == 0 && datagram_close(from) == 0);
}

CHECK(net_ends, "net/a_process_leaves_ports_to_others") {
    enum { SHARE = 8, MORE = 16 };
    long end[MORE + 1];
    unsigned has = 0;
    for (unsigned i = 0; i < MORE && (end[has] = datagram_open(6400 + i, 0)) >= 0; i++)
        has++;
    if (end[0] == -E_NO_CALL) {
        check_skip(c, "the machine has no network");
        return;
    }
    CHECK_THAT(c, has == SHARE && end[has] == -E_FULL);
    while (has)
        CHECK_THAT(c, datagram_close(end[--has]) == 0);
}
