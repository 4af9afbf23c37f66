/* SPDX-License-Identifier: MIT */
/* filters.c -- whose packets: who may have them, and take them from whom. */
#include "net.h"

#include "lib/string.h"

enum { TYPE = 0x88b5 };

CHECK(net_filter_right, "net/a_filter_is_inserted_by_a_capability_for_its_interface") {
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, part_of(0, 1));
    exo_cap_forge(0, OTHER, mine);
    CHECK_THAT(c, filter(OTHER, 1, TYPE) == -E_PERM);
    CHECK_THAT(c, filter(HELD, 1, TYPE) == -E_PERM); /* of another one */
    CHECK_THAT(c, filter(EXO_CAPS, 1, TYPE) == -E_PERM && filter(8, 1, TYPE) == -E_PERM);
    CHECK_THAT(c, filter(HELD, 0, TYPE) > 0);
    CHECK_THAT(c, filter(0, EXO_NICS, TYPE) == -E_NOT_FOUND);
    net_end(c);
}

CHECK(net_filter_steals, "net/a_longer_filter_takes_packets_from_those_only_whom_it_dominates") {
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, part_of(1, 1));
    exo_cap_forge(0, OTHER, part_of(1, 2));
    long id = filter(HELD, 1, TYPE);
    CHECK_THAT(c, id > 0 && ring(0, 0, 0, 4, 2048) == 0);
    CHECK_THAT(c, exo_filter_bind(HELD, (uint64_t)id, 0) == 0);
    long stolen = filter_narrow(OTHER, 1, TYPE, 7);
    CHECK_THAT(c, stolen == -E_PERM);
    page(PAGES - 2)[20] = 7;
    CHECK_THAT(c, transmit(0, TYPE, 60, 7 - 20 + 256) == 0); /* byte 20 is, too */
    settle();
    CHECK_THAT(c, filter_seen(id)->packets == 1);
    long own = filter_narrow(0, 1, TYPE, 7); /* this may */
    CHECK_THAT(c, own > 0);
    net_end(c);
}

CHECK(net_filter_named, "net/a_filter_is_bound_shared_and_dropped_by_its_capability") {
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, part_of(1, 1));
    exo_cap_forge(0, OTHER, part_of(1, 2));
    long id = filter(HELD, 1, TYPE);
    uint64_t n = (uint64_t)id;
    CHECK_THAT(c, id > 0 && ring(0, 0, 0, 4, 2048) == 0);
    CHECK_THAT(c, exo_filter_bind(OTHER, n, 0) == -E_PERM);
    CHECK_THAT(c, exo_filter_refer(OTHER, n) == -E_PERM);
    CHECK_THAT(c, exo_filter_drop(OTHER, n) == -E_PERM);
    CHECK_THAT(c, exo_filter_bind(EXO_CAPS, n, 0) == -E_PERM);
    CHECK_THAT(c, filter_seen(id)->ring_env == 0 && filter_seen(id)->references == 1);
    const uint64_t no_ids[] = {0, n + EXO_FILTERS, n + 1, n | 1ul << 32, -1ul};
    for (unsigned i = 0; i < sizeof no_ids / sizeof no_ids[0]; i++) {
        CHECK_THAT(c, exo_filter_bind(0, no_ids[i], 0) == -E_NOT_FOUND);
        CHECK_THAT(c, exo_filter_drop(0, no_ids[i]) == -E_NOT_FOUND);
    }
    CHECK_THAT(c, exo_filter_bind(HELD, n, 1) == -E_NOT_FOUND); /* no such ring */
    CHECK_THAT(c, exo_filter_bind(HELD, n, EXO_PACKET_RINGS) == -E_NOT_FOUND);
    net_end(c);
}

CHECK(net_filter_why, "net/a_filter_that_is_none_is_refused_with_its_atom_and_why") {
    const struct dpf_atom atom[] = {{.op = DPF_EQ, .bytes = 2, .offset = 12, .value = TYPE},
                                    {.op = DPF_EQ, .bytes = 3, .offset = 14, .value = 7}};
    uint64_t why = 0;
    if (!net_begin(c))
        return;
    CHECK_THAT(c, exo_filter_insert(0, 1, atom, 2, &why) == -E_INVALID);
    CHECK_THAT(c, (uint32_t)why == 1 && why >> 32 == 1 /* DPF_NO_OP */);
    CHECK_THAT(c, exo_filter_insert(0, 1, atom, 0, &why) == -E_INVALID);
    CHECK_THAT(c, exo_filter_insert(0, 1, atom, DPF_ATOMS + 1, &why) == -E_TOO_LONG);
    CHECK_THAT(c, exo_filter_insert(0, 1, (void *)EXO_TABLES - 8, 1, &why) == -E_FAULT);
    CHECK_THAT(c, exo_filter_insert(0, 1, atom, 2, (void *)EXO_INFO) == -E_FAULT);
    CHECK_THAT(c, filter(0, 1, TYPE) > 0);
    CHECK_THAT(c, filter(0, 1, TYPE) == -E_EXISTS);
    net_end(c);
}

CHECK(net_nobodys, "net/what_no_filter_wants_is_counted_and_nobodys") {
    if (!net_begin(c))
        return;
    long id = listen(1, TYPE);
    uint64_t nobody = nic_seen(1)->nobody, in = nic_seen(1)->frames_in;
    CHECK_THAT(c, id > 0 && transmit(0, TYPE + 1, 60, 1) == 0);
    settle();
    CHECK_THAT(c, nic_seen(1)->nobody == nobody + 1 && nic_seen(1)->frames_in == in + 1);
    CHECK_THAT(c, *word(0) == 0 && filter_seen(id)->packets == 0);
    net_end(c);
}

/* The n-th of filters of which no two share more than two tests, and each of which zeroes satisfy;
 * with so many tests. */
static long filter_long(unsigned slot, unsigned n, unsigned tests) {
    struct dpf_atom atom[60];
    for (unsigned i = 0; i < tests; i++) {
        unsigned at = 14 + 4 * i + (i == 0 ? n / 4 % 4 : i == 1 ? n % 4 : n / 16 % 4);
        atom[i] = (struct dpf_atom){.op = DPF_EQ, .bytes = 1, .offset = (uint16_t)at};
    }
    return exo_filter_insert(slot, 0, atom, tests, NULL);
}

CHECK(net_filter_steps, "net/a_frame_takes_a_bounded_time_whatever_filters_there_are") {
    enum { FRAME = 1000, MOST = 10000, MANY = 48, TESTS = 16 };
    long id[MANY] = {0};
    unsigned n = 0;
    if (!net_begin(c))
        return;
    const struct exo_piece piece = {physical_of(page(PAGES - 2)), FRAME};
    CHECK_THAT(c, nic_seen(0)->at_once == 16);
    while (n < MANY && (id[n] = filter_long(0, n, TESTS)) > 0)
        n++;
    CHECK_THAT(c, n > 1 && nic_seen(0)->at_once == 2);
    uint64_t in = nic_seen(0)->frames_in, began = __builtin_ia32_rdtsc();
    CHECK_THAT(c, exo_packet_send(1, 0, &piece, 1, 0) == 0);
    for (unsigned i = 0; i < 1000 && nic_seen(0)->frames_in == in; i++)
        exo_null();
    CHECK_THAT(c, nic_seen(0)->frames_in == in + 1);
    uint64_t took = __builtin_ia32_rdtsc() - began;
    if (took > MOST && strstr((const char *)env_info()->command_line, "clock=icount"))
        check_fail(c, "%lu instructions, with %u filters", took, n);
    CHECK_THAT(c, n < MANY && id[n] == -E_FULL);
    exo_filter_drop(0, (uint64_t)id[0]);
    id[0] = filter_long(0, 0, TESTS);
    CHECK_THAT(c, id[0] > 0);
    for (unsigned i = 0; i < n; i++)
        CHECK_THAT(c, exo_filter_drop(0, (uint64_t)id[i]) == 0);
    CHECK_THAT(c, nic_seen(0)->at_once == 16);
    net_end(c);
}

CHECK(net_filter_new, "net/a_filter_brings_few_tests_that_none_had_before") {
    enum { MOST = 100000 }; /* of all parts (filter_time.c) */
    if (!net_begin(c))
        return;
    CHECK_THAT(c, filter_long(0, 0, EXO_FILTER_NEW + 1) == -E_FULL);
    uint64_t began = __builtin_ia32_rdtsc();
    long id = filter_long(0, 0, EXO_FILTER_NEW), more;
    uint64_t took = __builtin_ia32_rdtsc() - began;
    if (took > MOST && strstr((const char *)env_info()->command_line, "clock=icount"))
        check_fail(c, "%lu instructions", took);
    CHECK_THAT(c, id > 0 && (more = filter_long(0, 0, EXO_FILTER_NEW + 1)) > 0);
    began = __builtin_ia32_rdtsc();
    CHECK_THAT(c, exo_filter_drop(0, (uint64_t)id) == 0 && exo_filter_drop(0, (uint64_t)more) == 0);
    took = __builtin_ia32_rdtsc() - began;
    if (took > MOST * 2 / 5 && strstr((const char *)env_info()->command_line, "clock=icount"))
        check_fail(c, "gone after %lu instructions", took);
    net_end(c);
}

/* A filter that has no packet with those whose byte at 40 is another; the n-th of them that begin
 * with the test `first`. */
static long filter_at_40(unsigned slot, uint32_t at_40, unsigned first, unsigned n) {
    enum { WINDOWS = 5 };
    struct dpf_atom atom[WINDOWS + 3] = {{.op = DPF_EQ, .bytes = 2, .offset = 12, .value = TYPE}};
    uint32_t atoms = 1;
    for (unsigned i = 0; i <= WINDOWS && at_40 == 1; i++) {
        unsigned at = i ? 30 + 4 * i + (n >> 2 * (i - 1)) % 4 : 14 + first;
        atom[atoms++] = (struct dpf_atom){.op = DPF_EQ, .bytes = 1, .offset = (uint16_t)at};
    }
    atom[atoms++] = (struct dpf_atom){.op = DPF_EQ, .bytes = 1, .offset = 60, .value = at_40};
    return exo_filter_insert(slot, 0, atom, atoms, NULL);
}

/* One has a part of interface 0 and all filters that he gets; another part's owner finds room for
 * his, and has his frames. */
CHECK(net_filter_share, "net/who_has_all_filters_of_his_part_leaves_others_theirs") {
    long id[EXO_FILTERS_OF];
    unsigned n = 0, tests = 0;
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, part_of(0, 1));
    exo_cap_forge(0, OTHER, part_of(0, 2));
    for (unsigned i = 0; i < 16; i++) /* tests at one place, each of them another one */
        if ((id[n] = filter_at_40(HELD, 1, i, 0)) > 0)
            n++;
    tests = n;
    for (unsigned i = 1; i < 40; i++) /* and steps */
        if ((id[n] = filter_at_40(HELD, 1, i % 4, i)) > 0)
            n++;
    long other = filter_at_40(OTHER, 2, 0, 0), bound = ring(0, 0, 0, 4, 2048);
    if (bound == 0 && other > 0)
        bound = exo_filter_bind(OTHER, (uint64_t)other, 0);
    *word(256) += 1;
    page(PAGES - 2)[12] = TYPE >> 8;
    page(PAGES - 2)[13] = (uint8_t)TYPE;
    page(PAGES - 2)[60] = 2;
    const struct exo_piece piece = {physical_of(page(PAGES - 2)), 70};
    CHECK_THAT(c, exo_packet_send(1, 0, &piece, 1, physical_of(word(256))) == 0);
    settle();
    bool had = *word(0) == (70 | 70ul << 32);
    exo_filter_drop(OTHER, (uint64_t)other);
    for (unsigned i = 0; i < n; i++)
        exo_filter_drop(HELD, (uint64_t)id[i]);
    if (tests != EXO_FILTER_BRANCHES_OF || n >= 40 || other < 0 || bound || !had)
        check_fail(c, "%u, then %u; another one's: %ld", tests, n, other);
    long again = filter_at_40(HELD, 1, 0, 0); /* they are his again */
    CHECK_THAT(c, again > 0 && exo_filter_drop(HELD, (uint64_t)again) == 0);
    net_end(c);
}
