/* SPDX-License-Identifier: MIT */
/* ash_attack.c -- see ash_attack.h. */
#include "ash_attack.h"

#include "../../embed.h"
#include "../ash/tells.h"
#include "attacks.h"
#include "exo/dpf/dpf_atom.h"
#include "exo/libos/disk/disk_await.h"
#include "exo/libos/frames.h"
#include "exo/libos/uarea.h"

EMBED(attack_tells, "tests/kernel/exo/ash/handler/tells.clang-O2.o");

static long handle(void) {
    const struct dpf_atom atom = {
        .op = DPF_EQ, .bytes = 2, .offset = 12, .value = (uint32_t)uarea->own[ASH_ASK_TYPE]};
    uint64_t frame = frame_at((void *)ATTACK_PAGES);
    struct cap who;
    __builtin_memcpy(&who, (void *)&uarea->own[ASH_ASK_WHO], sizeof who);
    ((volatile uint64_t *)ATTACK_PAGES)[TELLS_ASKED] = uarea->own[ASH_ASK_DOES];
    long id = exo_ash_set(EXO_ASH_HOW(0, frame, 1), attack_tells,
                          (uint64_t)(attack_tells_end - attack_tells), who, 0);
    long filter = id > 0 ? exo_filter_insert(0, 1, &atom, 1, 0) : id;
    uarea->own[ASH_SAYS_ASH] = (uint64_t)id;
    uarea->own[ASH_SAYS_FILTER] = (uint64_t)filter;
    uarea->own[ASH_SAYS_REGION] = frame;
    return filter > 0 ? exo_ash_bind(0, (uint64_t)filter, (uint64_t)id) : filter;
}

_Noreturn void ash_attack(uint64_t creator) {
    long error = frames_map(0, 0, 0, ATTACK_PAGES, 1, EXO_WRITE | EXO_NO_EXEC);
    for (unsigned i = 0; i < 16; i++)
        ((volatile uint64_t *)ATTACK_PAGES)[i] = 0;
    uarea->own[ASH_SAYS_ERROR] = (uint64_t)(error ? error : handle());
    if (!uarea->own[ASH_ASK_SPINS]) /* it dies slowly */
        frames_map(0, 0, 0, ATTACK_PAGES + (2ul << 12), 1000, EXO_WRITE | EXO_NO_EXEC);
    slice_handle();
    exo_env_yield(creator);
    for (;;)
        if (uarea->own[ASH_ASK_SPINS])
            __asm__ volatile("nop"); /* not `pause`: QEMU leaves its loop for each */
        else
            exo_env_yield(creator);
}
