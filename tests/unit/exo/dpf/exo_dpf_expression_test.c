/* SPDX-License-Identifier: MIT */
/* libpcap's expressions as filters of atoms: on any frame the kernel's code, the meaning of its
 * filters by themselves, and libpcap say the same. */
#include "../../../../tools/dpf/expression.h"

#include <stdlib.h>
#include <string.h>

#include "../../random.h"
#include "../../unit.h"
#include "guarded.h"
#include "host_hooks.h"

enum { FRAME = 80 };

static const char *const said[] = {
    "ip",
    "arp",
    "ip and tcp dst port 80",
    "udp dst port 53",
    "tcp port 80",
    "udp and src host 10.0.0.1",
    "host 10.0.0.1 and udp port 53",
    "ip host 10.0.0.1 or arp",
    "net 10.0.0.0/8 and icmp",
    "src net 10.0.0.0/22 and tcp src port 80",
    "ether dst 02:00:00:00:00:01",
    "ether broadcast or ip6",
    "tcp[tcpflags] & tcp-syn != 0",
    "ip[6:2] & 0x2000 != 0",
    "icmp[icmptype] == icmp-echo",
    "(tcp or udp) and dst port 80 and src host 10.0.0.1",
    "ip proto 17 or ip proto 6",
    "tcp dst port 80 or udp dst port 53 or arp",
};

static uint8_t one_of(const uint8_t *of, uint32_t count) {
    return below(6) ? of[below(count)] : (uint8_t)below(256);
}

/* A frame near to what is asked for; or random bytes. */
static uint32_t make_frame(uint8_t *p) {
    static const uint8_t protocols[] = {1, 6, 17, 6, 17}, types[] = {0x00, 0x00, 0x06, 0xdd},
                         ports[] = {80, 53}, hosts[] = {1, 2}, flags[] = {0, 0, 0, 0x20, 1};
    for (uint32_t i = 0; i < FRAME; i++)
        p[i] = (uint8_t)(below(3) ? 0 : below(256));
    if (!below(10))
        return below(FRAME + 1);
    if (below(2))
        memcpy(p, "\x02\0\0\0\0\1", 6);
    if (!below(8))
        memset(p, 0xff, 6);
    p[13] = one_of(types, 4);
    p[12] = p[13] == 0xdd ? 0x86 : 8;
    p[14] = (uint8_t)(0x40 + 5 + (below(3) ? 0 : below(11)));
    uint32_t behind = 14 + 4 * (p[14] & 15u);
    if (p[12] == 0x86) {
        p[20] = one_of(protocols, 5);
        behind = 54;
    } else {
        p[20] = one_of(flags, 5);
        p[21] = (uint8_t)(below(4) ? 0 : below(256));
        p[23] = one_of(protocols, 5);
        p[26] = p[30] = 10;
        p[29] = one_of(hosts, 2);
        p[33] = one_of(hosts, 2);
    }
    if (behind + 4 <= FRAME) {
        p[behind] = below(4) ? 0 : 8;
        p[behind + 2] = 0;
        p[behind + 1] = one_of(ports, 2);
        p[behind + 3] = one_of(ports, 2);
    }
    return below(3) ? FRAME : below(FRAME + 1);
}

static struct dpf_set *set_of(struct expression *e, struct host_hooks *host, const char *text) {
    struct dpf_set *set;
    host_hooks_init(host);
    set = dpf_open(&host->hooks);
    if (!expression_parse(e, text) || !expression_atoms(e))
        fail_msg("%s: %s", text, e->why);
    for (unsigned i = 0; i < e->filters; i++) {
        struct dpf_filter *f;
        enum dpf_fault fault;
        uint32_t at;
        assert_int_equal(dpf_insert(set, e->filter[i].atom, e->filter[i].atoms, e, &f, &fault, &at),
                         0);
    }
    return set;
}

static void libpcap_and_the_kernels_code_take_the_same_frames(void **state) {
    (void)state;
    static struct expression e;
    struct host_hooks host;
    const char *many = getenv("DPF_FRAMES");
    for (unsigned k = 0; k < sizeof said / sizeof *said; k++) {
        struct dpf_set *set = set_of(&e, &host, said[k]);
        unsigned taken = 0;
        for (int i = 0; i < (many ? atoi(many) : 20000); i++) {
            uint8_t whole[FRAME];
            uint32_t n = make_frame(whole);
            const uint8_t *p = guarded(whole, n);
            bool theirs = bpf_filter(e.bpf.bf_insns, p, n, n) != 0, one = false;
            for (unsigned f = 0; f < e.filters; f++)
                one |= dpf_holds(e.filter[f].atom, e.filter[f].atoms, p, n);
            if (one != theirs || (dpf_find(set, p, n) != NULL) != theirs)
                fail_msg("%s: a frame of %u bytes is %staken by libpcap", said[k], n,
                         theirs ? "" : "not ");
            taken += theirs;
        }
        if (taken < 20)
            fail_msg("%s: only %u frames", said[k], taken);
        dpf_close(set);
        expression_free(&e);
        assert_int_equal(host.allocated, 0);
    }
}

static void refused(const char *text, const char *why) {
    static struct expression e;
    bool fine = expression_parse(&e, text) && expression_atoms(&e);
    if (fine || !strstr(e.why, why))
        fail_msg("%s: %s", text, fine ? "it is not refused" : e.why);
    expression_free(&e);
}

static void what_no_atom_says_is_refused_by_its_part(void **state) {
    (void)state;
    refused("not ip", "no atom says 'not': 2 bytes at 12 & 0xffff is not 0x800");
    refused("ip and not tcp", "1 byte at 23 & 0xff is not 0x6");
    refused("tcp portrange 80-90", "jge");
    refused("greater 100", "pktlen");
    refused("ip[8] < 5", "jge");
    refused("tcp[13] & 3 != 0", "no atom says 'not'");
    refused("ip[2:2] * 2 == 8", "no atom says");
    refused("", "it takes every packet");
    refused("port", "syntax error");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libpcap_and_the_kernels_code_take_the_same_frames),
        cmocka_unit_test(what_no_atom_says_is_refused_by_its_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
