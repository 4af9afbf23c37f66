/* SPDX-License-Identifier: MIT */
/* vectors.c -- registers beside the general ones: floating point, vectors, and the base of fs. The
 * other environment is the program `attacker`. */
#include "program/attacks.h"
#include "program/vectors.h"

#include "exo/libos/exposed.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/ipc/transfer.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "machine/types.h"
#include "measure/bench.h"

#define SECRET 0x5ec1e75ec1e7ul

static bool are_initial(struct vectors_seen s) {
    return !s.x87 && !s.control;
}

static unsigned words(void) {
    return vectors_have_avx() ? 64 : 32;
}

static long other(enum attack attack) {
    uint64_t self = (uint64_t)exo_env_self();
    return spawn(0, "attacker", (uint64_t)attack | self << 32, SPAWN_NO_GRANT, 0);
}

CHECK(vectors_secret, "vectors/what_one_leaves_in_them_another_never_sees") {
    long id = other(ATTACK_VECTORS);
    CHECK_THAT(c, id > 0);
    vectors_fill(SECRET);
    CHECK_THAT(c, vectors_look(SECRET).words == words() && vectors_look(SECRET).x87);
    exo_env_yield((uint64_t)id); /* it looks, fills them with its own, and yields to us */
    struct vectors_seen s = vectors_look(VECTORS_OF_ATTACKER);
    CHECK_THAT(c, s.words == 0 && are_initial(s) && vectors_look(0).words == 64);
    vectors_fill(SECRET);
    exo_env_yield((uint64_t)id);
    const volatile struct exo_env *e = exposed_env((uint64_t)id);
    CHECK_THAT(c, e->state == EXO_ENV_EXITED && e->ended == 0);
    s = vectors_look(VECTORS_OF_ATTACKER); /* nor from one that has ended */
    CHECK_THAT(c, s.words == 0 && are_initial(s));
}

CHECK(vectors_transfer, "vectors/a_transfer_takes_them_along") {
    long id = other(ATTACK_SERVE);
    CHECK_THAT(c, id > 0);
    exo_env_yield((uint64_t)id);
    struct message m = {.word = {1}};
    vectors_fill(SECRET);
    CHECK_THAT(c, transfer_call((uint64_t)id, &m, EXO_TRANSFER) == 0);
    CHECK_THAT(c, vectors_look(SECRET).words == words());
    exo_env_destroy(0, (uint64_t)id);
}

CHECK(vectors_slice, "vectors/what_a_slices_end_interrupts_goes_on_with_them") {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return;
    }
    long id = other(ATTACK_SPIN);
    CHECK_THAT(c, id > 0);
    slice_handle();
    if (!slice_keep_vectors()) {
        check_skip(c, "the processor has no XSAVE");
        exo_env_destroy(0, (uint64_t)id);
        return;
    }
    uint64_t self = (uint64_t)exo_env_self(), before = exposed_env(self)->ticks;
    for (unsigned i = 0; i < EXO_SLOTS; i += 2)
        exo_slot_set(0, i, (uint64_t)id, 0);
    vectors_fill(SECRET);
    while (exposed_env(self)->ticks < before + 10)
        __asm__ volatile("pause");
    struct vectors_seen s = vectors_look(SECRET);
    for (unsigned i = 0; i < EXO_SLOTS; i += 2)
        exo_slot_set(0, i, self, 0);
    exo_env_destroy(0, (uint64_t)id);
    CHECK_THAT(c, s.words == words() && s.x87 && s.control);
}

/* --- fs --- */

static uint64_t fs_words[2] = {17, 18};

static uint64_t fs_word(void) {
    uint64_t word;
    __asm__ volatile("mov %%fs:0, %0" : "=r"(word));
    return word;
}

CHECK(fs_base, "vectors/the_base_of_fs_is_each_environments_own_also_over_transfers") {
    long id = other(ATTACK_SERVE_FS);
    CHECK_THAT(c, id > 0);
    CHECK_THAT(c, exo_fs_set(USER_TOP) == -E_INVALID && exo_fs_set(1ul << 63) == -E_INVALID);
    CHECK_THAT(c, exo_fs_set((uint64_t)fs_words) == 0 && fs_word() == 17);
    exo_env_yield((uint64_t)id); /* it sets its own */
    CHECK_THAT(c, fs_word() == 17);
    struct message m = {.word = {1}};
    CHECK_THAT(c, transfer_call((uint64_t)id, &m, EXO_TRANSFER) == 0);
    CHECK_THAT(c, m.word[0] == FS_OF_ATTACKER && fs_word() == 17);
    CHECK_THAT(c, transfer_call((uint64_t)id + EXO_ENVS, &m, EXO_TRANSFER) == -E_DEAD);
    CHECK_THAT(c, transfer_call(0, &m, EXO_TRANSFER) == -E_DEAD && fs_word() == 17);
    uarea->transfer_takes = 0; /* a reply of another check's may have set it */
    CHECK_THAT(c, transfer_call((uint64_t)exo_env_self(), &m, EXO_TRANSFER) == -E_PERM);
    CHECK_THAT(c, fs_word() == 17);
    long without = other(ATTACK_YIELD);
    exo_env_yield((uint64_t)without);
    CHECK_THAT(c, fs_word() == 17);
    uint16_t user_data = 0x23; /* a selector makes the base 0, until the next switch */
    __asm__ volatile("mov %0, %%fs" : : "r"(user_data));
    exo_env_yield((uint64_t)without);
    CHECK_THAT(c, fs_word() == 17);
    exo_env_destroy(0, (uint64_t)id);
    exo_env_destroy(0, (uint64_t)without);
    CHECK_THAT(c, exo_fs_set(0) == 0);
}
