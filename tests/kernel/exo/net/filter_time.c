/* SPDX-License-Identifier: MIT */
/* filter_time.c -- filters come and go in parts: no call on them keeps interrupts off for long,
 * under the clock that counts instructions; and who stops halfway leaves nothing. */
#include "net.h"

#include "exo/libos/exposed.h"
#include "lib/error.h"
#include "lib/string.h"

enum { MOST = 10500, ATOMS = EXO_FILTER_NEW, BRANCHES = 16, MANY = 40 };
enum { MOST_STATE = 12500, MOST_DROP = 42000, MOST_BRANCHES = 40000 }; /* docs/exo/net.md */

static uint64_t longest, which, parts;

static uint64_t now(void) {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

static long call(uint64_t number, uint64_t nic, const struct dpf_atom *atom, uint64_t count) {
    uint64_t began = now();
    long id = syscall5(number, 0, nic, (uint64_t)atom, count, 0);
    uint64_t took = now() - began;
    which = took > longest ? parts : which;
    longest = took > longest ? took : longest;
    parts++;
    return id;
}

static long insert(const struct dpf_atom *atom, unsigned atoms) {
    long id;
    do
        id = call(EXO_CALL_filter_insert, 0, atom, atoms);
    while (id == -E_AGAIN);
    return id;
}

static void drop(long id) {
    call(EXO_CALL_filter_drop, (uint64_t)id, NULL, 0);
}

static void told(struct check *c, const char *what, uint64_t most) {
    if (longest > most)
        check_fail(c, "%s: %lu instructions, in part %lu of %lu", what, longest, which, parts);
    longest = parts = 0;
}

static void timed(struct check *c, const char *what, const struct dpf_atom *atom, unsigned atoms) {
    long id = insert(atom, atoms);
    if (id < 0)
        check_fail(c, "%s: %ld", what, id);
    told(c, what, atoms > ATOMS && atoms < DPF_ATOMS ? MOST_STATE : MOST);
    drop(id);
    told(c, what, MOST_DROP);
}

static bool begin(struct check *c) {
    if (!strstr((const char *)env_info()->command_line, "clock=icount")) {
        check_skip(c, "the clock counts no instructions");
        return false;
    }
    return net_begin(c);
}

static void tests(struct dpf_atom *atom, unsigned n, unsigned bytes, bool down) {
    for (unsigned i = 0; i < n; i++)
        atom[i] = (struct dpf_atom){.op = DPF_EQ,
                                    .bytes = (uint8_t)bytes,
                                    .offset = (uint16_t)(15 + 4 * (down ? n - 1 - i : i))};
}

CHECK(net_filter_time, "net/no_call_on_filters_takes_long_whatever_their_atoms_are") {
    static struct dpf_atom atom[DPF_ATOMS];
    if (!begin(c))
        return;
    tests(atom, ATOMS, 1, false);
    timed(c, "tests that nobody else has", atom, ATOMS);
    tests(atom, 14, 4, true);
    timed(c, "tests across windows, the last one first", atom, 14);
    tests(atom, ATOMS, 1, true);
    for (unsigned i = 0; i < ATOMS - 1; i++)
        atom[i].op = DPF_SHIFT;
    timed(c, "shifts", atom, ATOMS);
    for (unsigned i = 0; i < DPF_ATOMS; i++)
        atom[i] = (struct dpf_atom){.op = DPF_EQ, .bytes = 4, .offset = 15};
    timed(c, "64 times the same", atom, DPF_ATOMS);
    tests(atom, 14, 1, false);
    for (unsigned i = 14; i < 16; i++)
        atom[i] = (struct dpf_atom){.op = DPF_STATE, .bytes = 4, .offset = (uint16_t)(300 + 4 * i)};
    atom[16] = (struct dpf_atom){.op = DPF_EQ, .bytes = 1, .offset = 600, .value = 1};
    timed(c, "state atoms behind other tests", atom, 17);
    net_end(c);
}

/* At the same place, behind the same, and beside each other. */
CHECK(net_filter_time_many, "net/no_call_on_filters_takes_long_whatever_filters_there_are") {
    static struct dpf_atom atom[DPF_ATOMS];
    long id[MANY];
    if (!begin(c))
        return;
    for (unsigned i = 0; i < BRANCHES; i++) {
        atom[0] = (struct dpf_atom){.op = DPF_EQ, .bytes = 4, .offset = (uint16_t)(14 + 4 * i)};
        id[i] = insert(atom, 1);
        CHECK_THAT(c, id[i] > 0);
    }
    told(c, "tests at one place", MOST_BRANCHES);
    for (unsigned i = 0; i < BRANCHES; i++)
        drop(id[i]);
    told(c, "the end of tests at one place", MOST_BRANCHES);
    for (unsigned i = 0; i < MANY; i++) {
        tests(atom, 9, 1, false);
        atom[8].value = i;
        id[i] = insert(atom, 9);
        CHECK_THAT(c, id[i] > 0);
    }
    told(c, "many values", MOST);
    tests(atom, ATOMS, 1, false);
    atom[0].op = DPF_SHIFT; /* so that any of them might be hurt */
    timed(c, "all are asked", atom, ATOMS);
    for (unsigned i = 0; i < MANY; i++)
        drop(id[i]);
    told(c, "the end of many values", MOST_DROP);
    net_end(c);
}

/* A filter of which a part was inserted takes nothing, and goes when another one is begun. */
CHECK(net_filter_halfway,
      "net/a_filter_that_is_not_yet_inserted_takes_nothing_and_leaves_nothing") {
    static struct dpf_atom atom[DPF_ATOMS];
    if (!net_begin(c))
        return;
    uint64_t nobody = nic_seen(0)->nobody;
    tests(atom, ATOMS, 1, false);
    for (unsigned i = 0; i < 5; i++)
        CHECK_THAT(c, call(EXO_CALL_filter_insert, 0, atom, ATOMS) == -E_AGAIN);
    send_at_once(0, 0);
    CHECK_THAT(c, nic_seen(0)->nobody == nobody + 1);
    long id = filter(0, 0, 0x88b5); /* another one: that one is gone, ... */
    CHECK_THAT(c, id > 0);
    CHECK_THAT(c, call(EXO_CALL_filter_insert, 0, atom, ATOMS) == -E_AGAIN); /* ... and begins */
    exo_filter_drop(0, (uint64_t)id);
    unsigned more = 1;
    while ((id = call(EXO_CALL_filter_insert, 0, atom, ATOMS)) == -E_AGAIN)
        more++;
    CHECK_THAT(c, id > 0 && more > 5);
    drop(id);
    CHECK_THAT(c, nic_seen(0)->at_once == 16);
    net_end(c);
}
