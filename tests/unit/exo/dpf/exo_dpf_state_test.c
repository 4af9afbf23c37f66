/* SPDX-License-Identifier: MIT */
/* DPF: the later pieces of a message go to whoever has the first; and filters about which something
 * else than atoms decides. */
#include <stdlib.h>
#include <string.h>

#include "exo/dpf/dpf.h"
#include "exo/dpf/dpf_own.h"
#include "host_hooks.h"
#include "../../random.h"
#include "../../unit.h"

enum { MANY = 64, PIECE = 60, MORE = 0x20, PORT = 1000 };

static struct host_hooks host;
static struct dpf_set *set;

static void begin(void) {
    host_hooks_init(&host);
    set = dpf_open(&host.hooks);
    assert_non_null(set);
}

static void end(void) {
    dpf_close(set);
    assert_int_equal(host.allocated, 0);
    assert_int_equal(host.code_bytes, 0);
}

/* UDP in pieces to a port: the first piece says which; all have addresses, protocol and number. */
static uint32_t pieces_filter(struct dpf_atom *a, uint32_t port) {
    const struct dpf_atom filter[] = {
        {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800},
        {.op = DPF_EQ, .bytes = 1, .offset = 23, .value = 17},
        {.op = DPF_STATE, .bytes = 4, .offset = 26},
        {.op = DPF_STATE, .bytes = 4, .offset = 30},
        {.op = DPF_STATE, .bytes = 2, .offset = 18},
        {.op = DPF_MEQ, .bytes = 2, .offset = 20, .mask = 0x3fff, .value = 0x2000},
        {.op = DPF_MSHIFT, .bytes = 1, .offset = 14, .mask = 15, .shift = 2},
        {.op = DPF_EQ, .bytes = 2, .offset = 16, .value = port},
    };
    memcpy(a, filter, sizeof filter);
    return sizeof filter / sizeof *filter;
}

static int insert_pieces(uint32_t port, void *user, struct dpf_filter **f) {
    struct dpf_atom a[8];
    enum dpf_fault fault;
    uint32_t at, n = pieces_filter(a, port);
    return dpf_insert(set, a, n, user, f, &fault, &at);
}

/* Whose is the piece of this message that begins at `offset`, to a port if it is the first? */
static void *piece(uint32_t source, uint32_t number, uint32_t offset, uint32_t port) {
    uint8_t p[PIECE] = {[12] = 8, [14] = 0x45, [23] = 17};
    p[18] = (uint8_t)(number >> 8);
    p[19] = (uint8_t)number;
    p[20] = (uint8_t)(MORE | offset / 8 >> 8);
    p[21] = (uint8_t)(offset / 8);
    p[29] = (uint8_t)source;
    p[36] = (uint8_t)(port >> 8);
    p[37] = (uint8_t)port;
    return dpf_find(set, p, PIECE);
}

static void later_pieces_go_where_the_first_went(void **state) {
    (void)state;
    struct dpf_filter *f[2];
    int user[2];
    begin();
    assert_int_equal(insert_pieces(80, &user[0], &f[0]), 0);
    assert_int_equal(insert_pieces(81, &user[1], &f[1]), 0);
    assert_int_equal(insert_pieces(80, &user[1], &f[1]), -E_EXISTS);
    assert_null(piece(1, 7, 64, 0)); /* whose first piece nobody has seen */
    assert_ptr_equal(piece(1, 7, 0, 80), &user[0]);
    assert_ptr_equal(piece(1, 8, 0, 81), &user[1]);
    assert_null(piece(1, 9, 0, 82));
    for (uint32_t at = 64; at; at -= 8) { /* in any order */
        assert_ptr_equal(piece(1, 7, at, 81), &user[0]);
        assert_ptr_equal(piece(1, 8, at, 80), &user[1]);
        assert_null(piece(1, 9, at, 80));
        assert_null(piece(2, 7, at, 80));
    }
    /* The number comes again, for another. */
    assert_ptr_equal(piece(1, 7, 0, 81), &user[1]);
    assert_ptr_equal(piece(1, 7, 64, 80), &user[1]);
    dpf_remove(set, f[1]);
    assert_null(piece(1, 7, 64, 80));
    assert_null(piece(1, 8, 64, 80));
    assert_ptr_equal(piece(1, 10, 0, 80), &user[0]);
    dpf_remove(set, f[0]);
    assert_null(piece(1, 10, 64, 80));
    end();
}

/* Four messages at a time, the newest: of one filter, and whoever floods does not cost others
 * more than his own share. */
static void as_many_as_there_are_notes(void **state) {
    (void)state;
    struct dpf_filter *f;
    int user;
    begin();
    assert_int_equal(insert_pieces(80, &user, &f), 0);
    for (uint32_t n = 0; n < 100; n++) {
        assert_ptr_equal(piece(1, n, 0, 80), &user);
        for (uint32_t back = 0; back <= n; back++)
            assert_ptr_equal(piece(1, n - back, 64, 80), back < DPF_NOTES ? &user : NULL);
    }
    end();
}

/* What is said before the state atoms is as strong as it is by itself: no filter loses its messages
 * that tests more, and who tests less is asked about. */
static bool say_no(void *user, void *arg) {
    (void)user;
    ++*(int *)arg;
    return false;
}

static void pieces_steal_from_nobody(void **state) {
    (void)state;
    const struct dpf_atom all[] = {{.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800}};
    const struct dpf_atom one[] = {
        {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800},
        {.op = DPF_EQ, .bytes = 1, .offset = 23, .value = 17},
        {.op = DPF_EQ, .bytes = 2, .offset = 28, .value = 1},
    };
    struct dpf_atom a[8];
    struct dpf_filter *f, *g, *h;
    enum dpf_fault fault;
    uint32_t at, n = pieces_filter(a, 80);
    int user[3], asked = 0;
    begin();
    assert_int_equal(dpf_insert(set, all, 1, &user[0], &f, &fault, &at), 0);
    assert_int_equal(dpf_would_take(set, a, n, say_no, &asked, &fault, &at), -E_PERM);
    assert_int_equal(asked, 1);
    assert_int_equal(dpf_insert(set, one, 3, &user[1], &g, &fault, &at), 0);
    assert_int_equal(insert_pieces(80, &user[2], &h), 0);
    assert_ptr_equal(piece(1, 7, 0, 80), &user[2]);
    assert_ptr_equal(piece(1, 7, 64, 80), &user[1]); /* it tests more */
    assert_ptr_equal(piece(3, 7, 64, 80), &user[0]);
    /* The later pieces are somebody's, too, who is to be asked about. */
    dpf_remove(set, f);
    dpf_remove(set, g);
    asked = 0;
    assert_int_equal(dpf_would_take(set, one, 3, say_no, &asked, &fault, &at), -E_PERM);
    assert_int_equal(asked, 1);
    end();
}

/* The model: for each message the last who took a first piece. A note may be gone; who has a piece
 * is never another. */
static void many_take_pieces_and_none_of_another(void **state) {
    (void)state;
    static struct dpf_filter *f[MANY];
    uint32_t found = 0, asked = 0;
    int last[4][64], users[MANY];
    for (int round = 0; round < 40; round++) {
        begin();
        memset(last, 0xff, sizeof last);
        memset(f, 0, sizeof f);
        for (int i = 0; i < 2000; i++) {
            uint32_t k = below(MANY), source = below(4), number = below(64);
            if (!below(12) && f[k]) {
                dpf_remove(set, f[k]);
                f[k] = NULL;
                for (int m = 0; m < 4 * 64; m++)
                    if (last[m / 64][m % 64] == (int)k)
                        last[m / 64][m % 64] = -1;
            } else if (!f[k]) {
                assert_int_equal(insert_pieces(PORT + k, &users[k], &f[k]), 0);
            } else if (below(2)) {
                assert_ptr_equal(piece(source, number, 0, PORT + k), &users[k]);
                last[source][number] = (int)k;
                assert_ptr_equal(piece(source, number, 64, PORT), &users[k]);
            } else {
                int *who = piece(source, number, 64, PORT + k);
                asked += last[source][number] >= 0;
                found += who != NULL;
                assert_true(!who || who - users == last[source][number]);
            }
        }
        for (uint32_t k = 0; k < MANY; k++)
            if (f[k])
                dpf_remove(set, f[k]);
        assert_int_equal(dpf_size(set).nodes, 1);
        end();
    }
    print_message("%u of %u pieces found\n", found, asked);
    assert_true(found > asked / 2);
}

static void refused(uint32_t at_wanted, const struct dpf_atom *a, uint32_t n) {
    struct dpf_filter *f;
    enum dpf_fault fault;
    uint32_t at;
    assert_int_equal(dpf_insert(set, a, n, &f, &f, &fault, &at), -E_INVALID);
    assert_int_equal(fault, DPF_STATE_PLACE);
    assert_int_equal(at, at_wanted);
}

static void state_atoms_stand_together_and_where_no_field_says(void **state) {
    (void)state;
    const struct dpf_atom test = {.op = DPF_EQ, .bytes = 1, .value = 5},
                          note = {.op = DPF_STATE, .bytes = 2, .offset = 2},
                          shift = {.op = DPF_SHIFT, .bytes = 1};
    begin();
    refused(2, (const struct dpf_atom[]){test, shift, note}, 3);
    refused(3, (const struct dpf_atom[]){note, note, test, note}, 4);
    refused(5, (const struct dpf_atom[]){test, note, note, note, note, note}, 6);
    end();
}

/* --- Something else decides --- */

/* A filter has messages whose first byte behind the atoms is its number. */
struct byte_group {
    struct dpf_group group; /* first */
};

static const struct dpf_filter *by_byte(struct dpf_group *g, const uint8_t *place, uint32_t left) {
    for (const struct dpf_filter *f = g->member; f; f = f->next)
        if (left && *(const uint8_t *)f->user == *place)
            return f;
    return &dpf_nobody;
}

static struct dpf_group *make(struct dpf_set *s, const void *what) {
    (void)what;
    return dpf_allocate(s, sizeof(struct byte_group));
}

static bool is(const struct dpf_group *g, const void *what) {
    (void)g;
    (void)what;
    return true;
}

static bool refuse;
static int add(struct dpf_set *s, struct dpf_group *g, struct dpf_filter *f, const void *what) {
    (void)s;
    (void)g;
    (void)f;
    (void)what;
    return refuse ? -E_NO_MEMORY : 0;
}

static void leave(struct dpf_set *s, struct dpf_group *g, struct dpf_filter *f) {
    (void)s;
    (void)g;
    (void)f;
}

static void end_group(struct dpf_set *s, struct dpf_group *g) {
    dpf_free(s, g, sizeof(struct byte_group));
}

static const struct dpf_choice bytes = {by_byte, make, is, add, leave, end_group};

static int insert_byte(uint32_t kind, const uint8_t *byte, struct dpf_filter **f) {
    const struct dpf_atom a[] = {
        {.op = DPF_EQ, .bytes = 1, .offset = 1, .value = kind},
        {.op = DPF_SHIFT, .bytes = 1, .offset = 0},
    };
    enum dpf_fault fault;
    uint32_t at;
    return dpf_insert_chosen(set, a, kind ? 2 : 0, &bytes, NULL, (void *)(uintptr_t)byte, f, &fault,
                             &at);
}

/* As strong as their atoms, from the place on to which these lead; without atoms, of all messages;
 * of equals the first. */
static void what_else_decides_is_as_strong_as_its_atoms(void **state) {
    (void)state;
    static const uint8_t byte[] = {3, 4, 3, 2};
    const struct dpf_atom strong[] = {{.op = DPF_EQ, .bytes = 1, .offset = 1, .value = 9},
                                      {.op = DPF_EQ, .bytes = 1, .offset = 3, .value = 5}};
    const uint8_t message[] = {2, 9, 3, 4}, other[] = {2, 9, 4, 5}, far[] = {4, 9, 9, 9};
    struct dpf_filter *f[4], *g;
    enum dpf_fault fault;
    uint32_t at;
    int user;
    begin();
    for (int i = 0; i < 4; i++)
        assert_int_equal(insert_byte(i < 3 ? 9 : 0, &byte[i], &f[i]), 0);
    assert_ptr_equal(dpf_find(set, message, 4), &byte[0]);
    assert_ptr_equal(dpf_find(set, other, 4), &byte[1]);
    assert_null(dpf_find(set, far, 4));
    assert_ptr_equal(dpf_find(set, message, 2), &byte[3]); /* without atoms, from the first byte */
    assert_int_equal(dpf_insert(set, strong, 2, &user, &g, &fault, &at), 0);
    assert_ptr_equal(dpf_find(set, other, 4), &user);
    dpf_remove(set, f[0]);
    assert_ptr_equal(dpf_find(set, message, 4), &byte[2]);
    dpf_remove(set, f[2]);
    assert_ptr_equal(dpf_find(set, message, 4), &byte[3]);
    dpf_remove(set, f[3]);
    assert_null(dpf_find(set, message, 4));
    end();
}

static int insert_some(uint32_t k, struct dpf_filter **f) {
    static const uint8_t byte[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    return k < 8 ? insert_pieces(PORT + k, f, f) : insert_byte(k % 3, &byte[k % 8], f);
}

/* Each allocation fails once; and what decides may refuse. */
static void without_memory_nothing_changes(void **state) {
    (void)state;
    static struct dpf_filter *f[16];
    unsigned failed = 0;
    for (int round = 0; round < 40; round++) {
        begin();
        memset(f, 0, sizeof f);
        for (uint32_t k = below(8); k--;)
            insert_some(2 * k, &f[2 * k]);
        for (uint32_t k = 1; k < 16; k += 2)
            for (size_t room = 0;; room += 64) {
                struct dpf_size before = dpf_size(set);
                host.limit = host.allocated + room;
                refuse = !below(4);
                int error = insert_some(k, &f[k]);
                refuse = false;
                host.limit = SIZE_MAX;
                if (!error)
                    break;
                assert_true(error == -E_NO_MEMORY || error == -E_FULL);
                assert_int_equal(dpf_size(set).filters, before.filters);
                failed++;
            }
        for (uint32_t k = 0; k < 16; k++)
            if (f[k]) {
                host.limit = below(2) ? host.allocated : SIZE_MAX; /* what goes needs none */
                dpf_remove(set, f[k]);
                host.limit = SIZE_MAX;
                assert_null(piece(below(4), below(4), 64, PORT + k));
            }
        assert_int_equal(dpf_size(set).filters, 0);
        end();
    }
    assert_true(failed > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_pieces_go_where_the_first_went),
        cmocka_unit_test(as_many_as_there_are_notes),
        cmocka_unit_test(pieces_steal_from_nobody),
        cmocka_unit_test(many_take_pieces_and_none_of_another),
        cmocka_unit_test(state_atoms_stand_together_and_where_no_field_says),
        cmocka_unit_test(what_else_decides_is_as_strong_as_its_atoms),
        cmocka_unit_test(without_memory_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
