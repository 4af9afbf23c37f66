/* SPDX-License-Identifier: MIT */
/* together.c -- library operating systems at once that share memory, time, a disk and a network,
 * each with files and ports of its own: an ExOS with sockets on an interface, whose files are
 * memory; another with C-FFS on the disk; Cheetah, with alfs; one that schedules by strides; and a
 * periodic task. Each does what it does alone, and what they had comes back. */
#include "../settled.h"
#include "../sockets/sockets_cases.h"

#include "../../../unit/exo/cheetah/cases.h"
#include "measure/bench.h"

#include "exo/libos/spawn.h"
#include "exo/libos/uarea.h"
#include "lib/error.h"

enum {
#define CHEETAH_CASE(name) CHEETAH_##name,
    CHEETAH_CASES(CHEETAH_CASE)
#undef CHEETAH_CASE
};

#define ANYBODY 0xf /* the word of a capability with all rights and no name */
#define FRAMES  14000
#define KEPT    16 /* frames that the kernel keeps for sizes that somebody had once */
#define ROUNDS  40 /* of the periodic task, at least, 5 ms each */

enum { SOCKETS, FILES, WEB, STRIDE, PERIODIC, LIBRARIES };

static uint64_t start(const char *program, uint64_t argument, uint64_t kernel_frames) {
    const long id = spawn_sized(0, program, argument, 0, 0, kernel_frames);
    return id > 0 ? (uint64_t)id : 0;
}

/* Every 16th position is the periodic task's; the others have the rest, and this one a few. */
static void divide(const uint64_t id[LIBRARIES]) {
    const uint64_t own = (uint64_t)exo_env_self();
    for (unsigned i = 0; i < EXO_SLOTS; i++) {
        const unsigned turn = i % 5;
        exo_slot_set(0, i, i % 16 ? (turn == 4 ? own : id[turn]) : id[PERIODIC], ANYBODY);
    }
}

static void divide_again(void) {
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, (uint64_t)exo_env_self(), ANYBODY);
}

/* One that has ended has no use for its positions. */
static bool has_ended(uint64_t id) {
    if (exposed_env(id)->state == EXO_ENV_READY)
        return false;
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        if (exposed_slot(i)->env == id)
            exo_slot_set(0, i, (uint64_t)exo_env_self(), ANYBODY);
    return true;
}

static bool has_machine(struct check *c) {
    if (!env_info()->disks || !env_info()->nics || !env_info()->tsc_hz)
        check_skip(c, "the machine has no disk and network interface, or no clock of known rate");
    else if (frames_free() < FRAMES)
        check_skip(c, "the machine has fewer than %d free frames", FRAMES);
    else
        return true;
    return false;
}

static void judge(struct check *c, const char *which, uint64_t id) {
    const volatile struct exo_env *e = exposed_env(id);
    if (e->state != EXO_ENV_EXITED || e->ended)
        check_fail(c, "%s: state %u, line or vector %lu", which, e->state, e->ended);
}

CHECK(together, "together/libraries_with_files_and_ports_of_their_own_hurt_nobody") {
    static const char *const names[LIBRARIES] = {"sockets", "volume", "cheetah", "stride",
                                                 "periodic"};
    uint64_t id[LIBRARIES], go = 1;
    if (!has_machine(c))
        return;
    slice_handle();
    settle();
    exo_env_destroy(0, start("stride", 0, 400)); /* for spawn's tables */
    const uint64_t before = frames_free();
    id[SOCKETS] = start("sockets", CASE_many | 50ul << 32, 2000);
    id[FILES] = start("volume", 0, 3000);
    id[WEB] = start("cheetah", CHEETAH_lossy, 256);
    id[STRIDE] = start("stride", 0, 400);
    id[PERIODIC] = start("periodic", ROUNDS, 400);
    for (unsigned i = 0; i < LIBRARIES; i++)
        CHECK_THAT(c, id[i]);
    divide(id);
    for (unsigned i = 0; i < 8 * EXO_SLOTS; i++) /* all have begun */
        exo_env_yield(0);
    exo_env_write(0, id[PERIODIC], offsetof(struct exo_uarea, own) + 8, &go, 8);
    for (unsigned done = 0; done != ((1u << LIBRARIES) - 1) - (1u << STRIDE); exo_env_yield(0))
        for (unsigned i = 0; i < LIBRARIES; i++)
            if (i != STRIDE && !(done & 1u << i) && has_ended(id[i]))
                done |= 1u << i;
    CHECK_THAT(c, exposed_env(id[STRIDE])->state == EXO_ENV_READY);
    divide_again();
    for (unsigned i = 0; i < LIBRARIES; i++) {
        if (i != STRIDE)
            judge(c, names[i], id[i]);
        exo_env_destroy(0, id[i]);
    }
    while (frames_await())
        continue;
    while (exo_xn_volume(EXO_XN_HOW(EXO_XN_ABANDON, 0, 0), 0, 0, 0) == -E_AGAIN)
        continue;
    if (frames_free() + KEPT < before)
        check_fail(c, "%lu frames of %lu are free", frames_free(), before);
}
