/* SPDX-License-Identifier: MIT */
/* extents_ask.c -- see extents.h: the side of who asks. */
#include "exo/libos/extents/extents.h"

#include "exo/libos/ipc/transfer.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

long extents_ask(uint64_t owner, struct cap who, uint32_t blocks, struct exo_extent *at) {
    enum { TRIES = 1000 };
    struct message m;
    long error;
    unsigned tries = 0;
    do {
        m = (struct message){.word = {blocks}};
        __builtin_memcpy(&m.word[1], &who, sizeof who);
        error = transfer_call(owner, &m, EXO_TRANSFER_WAIT);
    } while (error == -E_PERM && tries++ < TRIES && !exo_env_yield(owner));
    if (error)
        return error;
    *at = (struct exo_extent){(uint32_t)m.word[1], (uint32_t)(m.word[1] >> 32)};
    return (long)m.word[0];
}

long extents_return(unsigned slot, uint64_t node, struct exo_extent at) {
    long error = exo_pxn_change(slot, node, EXO_PXN_TAKE_BACK, at.block, at.count, 0);
    return error < 0 ? error : 0;
}
