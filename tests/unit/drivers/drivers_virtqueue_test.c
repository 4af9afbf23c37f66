/* SPDX-License-Identifier: MIT */
/* drivers_virtqueue_test.c -- a queue's rings against a device that is a model: one that does as it
 * should, in any order, and one that says what cannot be. */
#include "drivers/virtqueue.h"
#include "lib/error.h"
#include "unit.h"

#include <string.h>

static struct virtq_rings rings;
static struct virtqueue queue;
static struct virtq_desc table[VIRTQUEUE_SIZE_MAX][4]; /* of a chain that is not refused */
static uint16_t looked;                                /* how many offers the device has taken */

static void begin(uint16_t size) {
    memset(&rings, 0xa5, sizeof rings);
    virtqueue_init(&queue, &rings, size);
    looked = 0;
}

static void say(uint32_t head, uint32_t written) {
    rings.used.entry[rings.used.index % queue.size].head = head;
    rings.used.entry[rings.used.index % queue.size].written = written;
    rings.used.index++;
}

/* The next chain that is offered: its head, and in *sum the bytes of its pieces. */
static uint16_t offered(uint64_t *sum, unsigned *pieces) {
    uint16_t head = rings.avail.head[looked++ % queue.size], at = head;
    struct virtq_desc *list = rings.desc;
    if (list[at].flags & VIRTQ_INDIRECT) {
        list = (struct virtq_desc *)(uintptr_t)rings.desc[head].at;
        assert_int_equal(rings.desc[head].bytes % sizeof *list, 0);
        at = 0;
    }
    bool written = false;
    for (*sum = 0, *pieces = 0;; at = list[at].next) {
        *sum += list[at].bytes;
        ++*pieces;
        assert_true(!written ||
                    list[at].flags & VIRTQ_WRITTEN); /* those that are read come first */
        written = list[at].flags & VIRTQ_WRITTEN;
        if (!(list[at].flags & VIRTQ_NEXT))
            return head;
        assert_true(*pieces < queue.size);
    }
}

static int add(unsigned n, void *token, bool indirect) {
    struct virtq_desc *t = table[virtqueue_head(&queue)];
    struct virtq_desc chain[4] = {
        virtq_piece(0, 0x1000, 16, false), virtq_piece(1, 0x2000, 512, n > 2),
        virtq_piece(2, 0x3000, 1024, true), virtq_piece(3, 0x4000, 1, true)};
    memcpy(t, chain, sizeof chain);
    return virtqueue_add(&queue, t, n, token, indirect ? (uintptr_t)t : 0);
}

static void a_chain_goes_and_comes_back(void **state) {
    uint32_t written;
    uint64_t sum;
    unsigned pieces;
    int token;
    (void)state;
    for (unsigned indirect = 0; indirect < 2; indirect++) {
        begin(8);
        assert_null(virtqueue_take(&queue, &written));
        assert_int_equal(add(4, &token, indirect), 0);
        assert_int_equal(queue.unused, indirect ? 7 : 4);
        uint16_t head = offered(&sum, &pieces);
        assert_int_equal(sum, 16 + 512 + 1024 + 1);
        assert_int_equal(pieces, 4);
        say(head, 1025);
        assert_ptr_equal(virtqueue_take(&queue, &written), &token);
        assert_int_equal(written, 1025);
        assert_null(virtqueue_take(&queue, &written));
        assert_int_equal(queue.unused, 8);
        assert_int_equal(queue.in_flight, 0);
    }
}

static void a_full_queue_refuses_and_changes_nothing(void **state) {
    int token;
    (void)state;
    begin(8);
    assert_int_equal(add(4, &token, false), 0);
    assert_int_equal(add(3, &token, false), 0);
    struct virtqueue before = queue;
    struct virtq_rings shown = rings;
    assert_int_equal(add(2, &token, false), -E_FULL);
    assert_memory_equal(&before, &queue, sizeof queue);
    assert_memory_equal(&shown, &rings, sizeof rings);
    assert_int_equal(add(1, &token, false), 0);
    assert_int_equal(add(4, &token, true), -E_FULL);
}

/* Two million steps: indices wrap, chains end in any order, each once and with its own token. */
static void any_order_of_ends_is_told_rightly(void **state) {
    static int tokens[VIRTQUEUE_SIZE_MAX];
    static const uint16_t sizes[] = {4, 16, 64};
    uint32_t seed = 1;
    (void)state;
    for (unsigned s = 0; s < 3; s++) {
        uint16_t held[VIRTQUEUE_SIZE_MAX];
        void *expected[VIRTQUEUE_SIZE_MAX] = {0};
        unsigned count = 0;
        begin(sizes[s]);
        for (unsigned step = 0; step < 700000; step++) {
            seed = seed * 1664525 + 1013904223;
            if (seed >> 31) {
                uint16_t head = virtqueue_head(&queue);
                unsigned n = 1 + (seed >> 24) % 4;
                uint64_t sum;
                unsigned pieces;
                if (add(n, &tokens[head], seed >> 20 & 1))
                    continue;
                assert_null(expected[head]);
                assert_int_equal(offered(&sum, &pieces), head);
                assert_int_equal(pieces, n);
                expected[head] = &tokens[head];
                held[count++] = head;
            } else if (count) {
                unsigned which = (seed >> 16) % count;
                uint16_t head = held[which];
                uint32_t written;
                held[which] = held[--count];
                say(head, seed);
                assert_ptr_equal(virtqueue_take(&queue, &written), expected[head]);
                assert_int_equal(written, seed);
                expected[head] = NULL;
            }
            assert_int_equal(queue.in_flight, count);
            assert_false(queue.broken);
        }
    }
}

static void expect_broken(void) {
    uint32_t written;
    int other;
    assert_null(virtqueue_take(&queue, &written));
    assert_true(queue.broken);
    assert_int_equal(add(1, &other, false), -E_DEAD);
    assert_null(virtqueue_take(&queue, &written));
}

static void what_cannot_be_breaks_the_queue(void **state) {
    static const uint32_t heads[] = {8, 64, 0xffff, 0x10000, UINT32_MAX, 5};
    int token;
    (void)state;
    for (unsigned i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        begin(8);
        assert_int_equal(add(2, &token, false), 0); /* its head is 0 */
        say(heads[i], 1);
        expect_broken();
        assert_ptr_equal(virtqueue_withdraw(&queue), &token);
    }
    begin(8);
    assert_int_equal(add(2, &token, false), 0);
    say(1, 1); /* its second descriptor is no head */
    expect_broken();
    begin(8);
    assert_int_equal(add(1, &token, false), 0);
    say(0, 1);
    say(0, 1); /* once more than was in flight */
    expect_broken();
    begin(8);
    rings.used.index = 0x8000;
    expect_broken();
}

static void an_end_told_twice_is_told_once(void **state) {
    uint32_t written;
    int one, two;
    (void)state;
    begin(8);
    assert_int_equal(add(1, &one, false), 0);
    assert_int_equal(add(1, &two, false), 0);
    say(0, 1);
    assert_ptr_equal(virtqueue_take(&queue, &written), &one);
    say(0, 1);
    expect_broken();
    assert_ptr_equal(virtqueue_withdraw(&queue), &two);
    assert_null(virtqueue_withdraw(&queue));
    assert_int_equal(queue.unused, 8);
}

/* Who gives a buffer again keeps its chain: between its end and that it is nobody's. */
static void a_kept_chain_is_offered_again_as_it_is(void **state) {
    uint32_t written;
    uint64_t sum[2];
    unsigned pieces;
    int one, two;
    (void)state;
    begin(8);
    assert_int_equal(add(3, &one, false), 0);
    assert_int_equal(offered(&sum[0], &pieces), 0);
    assert_int_equal(add(1, &two, true), 0);
    offered(&sum[1], &pieces);
    for (unsigned i = 0; i < 100000; i++) { /* indices wrap */
        say(0, i);
        assert_int_equal(virtqueue_ended(&queue, &written), 0);
        assert_int_equal(written, i);
        assert_ptr_equal(virtqueue_keep(&queue, 0), &one);
        assert_int_equal(queue.in_flight, 1);
        virtqueue_again(&queue, 0, &one);
        assert_int_equal(offered(&sum[1], &pieces), 0);
        assert_int_equal(pieces, 3);
        assert_true(sum[0] == sum[1]);
        assert_int_equal(queue.unused, 4);
    }
    say(0, 1);
    assert_int_equal(virtqueue_ended(&queue, &written), 0);
    virtqueue_keep(&queue, 0);
    say(0, 1); /* which is not the device's now */
    expect_broken();
    virtqueue_again(&queue, 0, &one);
    assert_ptr_equal(virtqueue_withdraw(&queue), &one);
    assert_ptr_equal(virtqueue_withdraw(&queue), &two);
    assert_int_equal(queue.unused, 8);
}

static void what_tells_no_ends_says_so(void **state) {
    (void)state;
    begin(8);
    assert_int_equal(rings.avail.flags, 0);
    virtqueue_tells(&queue, false);
    assert_int_equal(rings.avail.flags, 1); /* VIRTQ_AVAIL_F_NO_INTERRUPT */
    virtqueue_tells(&queue, true);
    assert_int_equal(rings.avail.flags, 0);
}

static void take_and_give(struct virtqueue *q) {
    uint32_t written;
    int head = virtqueue_ended(q, &written);
    if (head >= 0)
        virtqueue_again(q, (uint16_t)head, virtqueue_keep(q, (uint16_t)head));
}

/* The device scribbles over all of the rings: what we keep of chains is elsewhere. */
static void scribbled_rings_end_in_tokens_that_were_given_or_in_a_broken_queue(void **state) {
    static int tokens[VIRTQUEUE_SIZE_MAX];
    uint32_t seed = 7;
    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        unsigned given = 0, back = 0;
        begin(16);
        for (unsigned step = 0; step < 40; step++) {
            seed = seed * 1664525 + 1013904223;
            uint8_t *bytes = (uint8_t *)&rings;
            uint32_t written;
            if (seed >> 30 == 0)
                bytes[(seed >> 8) % sizeof rings] = (uint8_t)seed;
            else if (seed >> 30 == 1)
                say((seed >> 8) % 18, seed);
            else if (seed >> 30 == 2)
                given += !add(1 + (seed >> 8) % 4, &tokens[0], seed & 1);
            else if (seed >> 28 & 1)
                take_and_give(&queue);
            else
                back += virtqueue_take(&queue, &written) != NULL;
        }
        while (virtqueue_withdraw(&queue))
            back++;
        assert_int_equal(given, back);
        assert_int_equal(queue.unused, 16);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_goes_and_comes_back),
        cmocka_unit_test(a_full_queue_refuses_and_changes_nothing),
        cmocka_unit_test(any_order_of_ends_is_told_rightly),
        cmocka_unit_test(what_cannot_be_breaks_the_queue),
        cmocka_unit_test(an_end_told_twice_is_told_once),
        cmocka_unit_test(a_kept_chain_is_offered_again_as_it_is),
        cmocka_unit_test(what_tells_no_ends_says_so),
        cmocka_unit_test(scribbled_rings_end_in_tokens_that_were_given_or_in_a_broken_queue),
    };
    return cmocka_run_group_tests_name("drivers/virtqueue", tests, NULL, NULL);
}
