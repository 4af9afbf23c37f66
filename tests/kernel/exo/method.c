/* SPDX-License-Identifier: MIT */
/* method.c -- protected methods: what a caller can see and spoil. Abstraction and callers are the
 * program `attacker`. */
#include "exo/libos/method/method.h"

#include "program/attacks.h"
#include "program/secret.h"

#include "exo/libos/exposed.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "measure/bench.h"

#define CALLERS 6 /* slots */

static const struct cap callers = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};
static const struct cap own = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'m'}};

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}

/* The abstraction, whose pages and which itself no caller's capability opens. */
static uint64_t abstraction(void) {
    slice_handle();
    exo_cap_forge(0, CALLERS, callers);
    long id = spawn_controlled(0, own, "attacker", ATTACK_METHOD, SPAWN_NO_GRANT, 0, 64);
    if (id > 0)
        exo_env_yield((uint64_t)id);
    return id > 0 ? (uint64_t)id : 0;
}

/* A caller, whose slices take turns with this one's. */
static uint64_t caller(enum attack attack, uint64_t method) {
    long id = spawn(0, "attacker", (uint64_t)attack | method << 32, CALLERS, 0);
    for (unsigned i = 0; id > 0 && i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % 2 ? (uint64_t)id : self(), 0);
    return id > 0 ? (uint64_t)id : 0;
}

static void end(uint64_t method, uint64_t id) {
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, self(), 0);
    exo_env_yield(0);
    if (id)
        exo_env_destroy(0, id);
    exo_env_destroy(0, method);
}

static bool untimed(struct check *c) {
    if (env_info()->tsc_hz)
        return false;
    check_skip(c, "the machine has no clock of known rate");
    return true;
}

CHECK(method_secret,
      "method/a_caller_never_sees_its_page_nor_in_a_slices_end_or_trap_its_registers") {
    if (untimed(c))
        return;
    uint64_t method = abstraction(), id = caller(ATTACK_METHOD_CLIENT, method);
    CHECK_THAT(c, method && id);
    const volatile struct exo_env *e = exposed_env(id);
    while (e->state == EXO_ENV_READY)
        exo_env_yield(0);
    uint64_t ticks = exposed_env(method)->ticks, waits = e->waits;
    uint64_t line = e->state == EXO_ENV_EXITED ? e->ended : ~0ul;
    bool lives = exposed_env(method)->state == EXO_ENV_READY;
    end(method, id);
    if (line || waits || !lives || ticks < 3)
        check_fail(c, "line %lu, %lu slices ended in it, waits for %lu", line, ticks, waits);
}

CHECK(method_killed, "method/a_caller_that_is_killed_in_the_middle_leaves_it_to_the_next") {
    if (untimed(c))
        return;
    uint64_t method = abstraction(), id = caller(ATTACK_METHOD_LONG, method);
    CHECK_THAT(c, method && id);
    while (exposed_env(method)->ticks < 2)
        exo_env_yield(0);
    bool waited = exposed_env(id)->waits == method;
    exo_env_destroy(0, id);
    struct message m = {.word = {SECRET_LONG, 5}};
    long first = transfer_call(method, &m, EXO_TRANSFER_WAIT), second = method_call(method, &m);
    end(method, 0);
    CHECK_THAT(c, waited && first == -E_BUSY && second == 0 && m.word[0] == SECRET_DONE);
}

CHECK(method_end, "method/a_caller_hears_of_its_end") {
    uint64_t method = abstraction();
    struct message m = {.word = {SECRET_FRAME}};
    CHECK_THAT(c, method && exo_env_destroy(0, method) == 0);
    CHECK_THAT(c, method_call(method, &m) == -E_DEAD);
}
