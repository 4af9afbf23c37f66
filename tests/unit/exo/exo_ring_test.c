/* SPDX-License-Identifier: MIT */
/* exo_ring_test.c -- the protocol of message rings, both sides of it against a queue: all turns
 * that sender and receiver can take, and a receiver that writes what it likes. */
#include "exo/kernel/env/ring_put.h"
#include "exo/libos/ipc/message_ring.h"

#include "unit.h"

#include <stdbool.h>
#include <string.h>

#define PLACES 3
#define TURNS  14 /* 4 things to do at each: 4^14 ways, of which a third is cut early */

/* A ring with something around it, both sides' positions, and what is in it by the model. */
struct state {
    struct exo_message before, at[PLACES], after;
    uint64_t put, next; /* the sender's; the receiver's */
    uint64_t sent, taken;
    bool looked; /* the receiver looks at a message, and has not taken it */
    unsigned word;
};

static struct ring receiver(struct state *s) {
    return (struct ring){.at = s->at, .messages = PLACES, .next = s->next};
}

/* The n-th message, from sender n + 1. */
static void send(struct state *s) {
    uint64_t words[EXO_RING_WORDS];
    for (unsigned i = 0; i < EXO_RING_WORDS; i++)
        words[i] = s->sent * 100 + i;
    int error = ring_put(&s->at[s->put], s->sent + 1, words);
    assert_int_equal(error, s->sent - s->taken == PLACES ? -E_FULL : 0);
    if (!error) {
        s->sent++;
        s->put = (s->put + 1) % PLACES;
    }
}

static void look(struct state *s) {
    struct ring r = receiver(s);
    const volatile struct exo_message *m = ring_look(&r);
    assert_int_equal(m != NULL, s->sent != s->taken);
    s->looked = m != NULL;
    s->word = 0;
    if (m)
        assert_int_equal(m->from, s->taken + 1);
}

/* One word of the message that it looks at, however many were sent meanwhile. */
static void read_word(struct state *s) {
    assert_int_equal(s->at[s->next].word[s->word], s->taken * 100 + s->word);
    s->word++;
}

static void take(struct state *s) {
    struct ring r = receiver(s);
    ring_take(&r);
    s->next = r.next;
    s->taken++;
    s->looked = false;
}

static uint64_t ways;

static void all_turns(const struct state *before, unsigned turns) {
    ways++;
    if (!turns)
        return;
    struct state s = *before;
    send(&s);
    all_turns(&s, turns - 1);
    s = *before;
    if (!s.looked) {
        look(&s);
        all_turns(&s, turns - 1);
        return;
    }
    take(&s);
    all_turns(&s, turns - 1);
    s = *before;
    if (s.word < EXO_RING_WORDS) {
        read_word(&s);
        all_turns(&s, turns - 1);
    }
}

static void each_message_arrives_once_whole_and_in_order(void **state) {
    (void)state;
    const struct state empty = {0};
    ways = 0;
    all_turns(&empty, TURNS);
    assert_true(ways > 100000);
}

static void whatever_the_receiver_writes_a_message_goes_to_its_place_or_nowhere(void **state) {
    (void)state;
    uint64_t seed = 1;
    struct state s;
    memset(&s, 0x5a, sizeof s);
    const struct state untouched = s;
    const uint64_t words[EXO_RING_WORDS] = {1, 2, 3, 4, 5, 6, 7};
    for (unsigned i = 0; i < 100000; i++) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        unsigned place = (unsigned)(seed >> 33) % PLACES;
        s.at[place].from = seed & 1 ? 0 : seed;
        const struct exo_message was = s.at[place];
        int error = ring_put(&s.at[place], 9, words);
        assert_int_equal(error, was.from ? -E_FULL : 0);
        if (error)
            assert_memory_equal(&s.at[place], &was, sizeof was);
        else
            assert_true(s.at[place].from == 9 && !memcmp(s.at[place].word, words, sizeof words));
    }
    assert_memory_equal(&s.before, &untouched.before, sizeof s.before);
    assert_memory_equal(&s.after, &untouched.after, sizeof s.after);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_arrives_once_whole_and_in_order),
        cmocka_unit_test(whatever_the_receiver_writes_a_message_goes_to_its_place_or_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
