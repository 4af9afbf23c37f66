/* SPDX-License-Identifier: MIT */
/* DPF: filters in C beside those of atoms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../../experiments/classify/port.h"
#include "../../random.h"
#include "../../unit.h"
#include "exo/dpf/dpf_own.h"
#include "guarded.h"
#include "host_hooks.h"

enum { MANY = 40, PORT = 500, FRAME = 60 };

static struct host_hooks host;
static struct dpf_set *set;
static uint8_t object[DPF_PROGRAM_BYTES];
static size_t length;
static struct dpf_program *program[MANY];

static const struct dpf_atom tcp[] = {
    {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800},
    {.op = DPF_EQ, .bytes = 1, .offset = 23, .value = 6},
    {.op = DPF_MSHIFT, .bytes = 1, .offset = 14, .mask = 15, .shift = 2},
    {.op = DPF_EQ, .bytes = 2, .offset = 16, .value = PORT + 1},
};

/* To behind IP's header. */
static const struct dpf_atom ip[] = {
    {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800},
    {.op = DPF_SHIFTI, .value = 14},
    {.op = DPF_EQ, .bytes = 1, .offset = 9, .value = 6},
    {.op = DPF_MSHIFT, .bytes = 1, .mask = 15, .shift = 2},
};

static int read_object(void **state) {
    (void)state;
    FILE *f = fopen("build/guest/classify/port.bpf.o", "rb");
    length = f ? fread(object, 1, sizeof object, f) : 0;
    if (f)
        fclose(f);
    return length ? 0 : -1;
}

static void begin(void) {
    static struct report why;
    host_hooks_init(&host);
    set = dpf_open(&host.hooks);
    assert_non_null(set);
    for (int i = 0; i < MANY; i++) {
        program[i] = malloc(sizeof *program[i]);
        if (!port_load(program[i], object, length, (uint16_t)(PORT + i / 2), &host.hooks, &why))
            fail_msg("%s", why.text);
    }
}

static void end(void) {
    dpf_close(set);
    for (int i = 0; i < MANY; i++) {
        dpf_program_close(program[i]);
        free(program[i]);
    }
    assert_int_equal(host.allocated, 0);
    assert_int_equal(host.code_bytes, 0);
}

static int insert(int i, bool more, void *user, struct dpf_filter **f) {
    const struct dpf_programmed how = {program[i], more};
    enum dpf_fault fault;
    uint32_t at;
    return dpf_insert_chosen(set, ip, 4, &dpf_programs, &how, user, f, &fault, &at);
}

/* Whose is a frame to this port, with so long a header of IP, cut to so many bytes? */
static void *ask(uint32_t port, uint32_t header, uint32_t bytes) {
    uint8_t whole[FRAME] = {[12] = 8, [23] = 6};
    whole[14] = (uint8_t)(0x40 | header / 4);
    if (14 + header + 4 <= FRAME) {
        whole[14 + header + 2] = (uint8_t)(port >> 8);
        whole[14 + header + 3] = (uint8_t)port;
    }
    return dpf_find(set, guarded(whole, bytes), bytes);
}

static void programs_and_atoms_beside_each_other(void **state) {
    (void)state;
    struct dpf_filter *f[3], *g, *all;
    enum dpf_fault fault;
    uint32_t at;
    int user[5];
    begin();
    assert_int_equal(insert(0, false, &user[0], &f[0]), 0); /* two to one port */
    assert_int_equal(insert(1, false, &user[1], &f[1]), 0);
    assert_int_equal(insert(2, false, &user[2], &f[2]), 0);
    for (uint32_t header = 20; header < 44; header += 4) {
        assert_ptr_equal(ask(PORT, header, FRAME), &user[0]);
        assert_ptr_equal(ask(PORT + 1, header, FRAME), &user[2]);
        assert_null(ask(PORT + 2, header, FRAME));
        for (uint32_t bytes = 0; bytes <= FRAME; bytes++)
            assert_ptr_equal(ask(PORT, header, bytes), bytes >= 14 + header + 4 ? &user[0] : NULL);
    }
    /* Atoms that test more go before, and such as test less behind. */
    assert_int_equal(dpf_insert(set, tcp, 4, &user[3], &g, &fault, &at), 0);
    assert_int_equal(dpf_insert(set, tcp, 1, &user[4], &all, &fault, &at), 0);
    assert_ptr_equal(ask(PORT + 1, 20, FRAME), &user[3]);
    assert_ptr_equal(ask(PORT + 2, 20, FRAME), &user[4]);
    dpf_remove(set, g);
    dpf_remove(set, f[0]);
    assert_ptr_equal(ask(PORT, 20, FRAME), &user[1]);
    assert_ptr_equal(ask(PORT + 1, 20, FRAME), &user[2]);
    end();
}

/* The model: of those that are there and want the port, the one that came first. With memory for
 * merging or without. */
static void they_come_and_go_merged_or_not(void **state) {
    (void)state;
    static struct dpf_filter *f[MANY];
    int came[MANY] = {0}, order = 0;
    begin();
    size_t full = host.limit;
    for (int i = 0; i < 1500; i++) {
        int k = (int)below(MANY);
        host.limit = below(3) ? full : host.allocated + below(20000);
        if (f[k]) {
            dpf_remove(set, f[k]);
            f[k] = NULL;
        } else if (!insert(k, below(4) == 0, &f[k], &f[k])) {
            came[k] = order++;
        }
        host.limit = full;
        for (int j = 0; j < 5; j++) {
            uint32_t port = PORT + below(MANY / 2 + 2);
            int want = -1;
            for (int m = 0; m < MANY; m++)
                if (f[m] && PORT + (uint32_t)m / 2 == port && (want < 0 || came[m] < came[want]))
                    want = m;
            assert_ptr_equal(ask(port, 20 + 4 * below(4), FRAME),
                             want < 0 ? NULL : (void *)&f[want]);
        }
    }
    memset(f, 0, sizeof f);
    end();
}

/* What is no object, or none of such a program, or too long, is none. */
static void what_is_no_program_is_refused(void **state) {
    (void)state;
    static struct report why;
    static struct dpf_program p;
    host_hooks_init(&host);
    for (int i = 0; i < 2000; i++) {
        memcpy(p.bytes, object, length);
        for (uint32_t n = 1 + below(4); n--;)
            p.bytes[below((uint32_t)length)] = (uint8_t)below(256);
        if (dpf_program_load(&p, (uint32_t)length, &host.hooks, &why))
            dpf_program_close(&p);
        else
            assert_true(why.text[0]);
        assert_int_equal(host.allocated, 0);
    }
    assert_false(dpf_program_load(&p, 10, &host.hooks, &why));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_and_atoms_beside_each_other),
        cmocka_unit_test(they_come_and_go_merged_or_not),
        cmocka_unit_test(what_is_no_program_is_refused),
    };
    return cmocka_run_group_tests(tests, read_object, NULL);
}
