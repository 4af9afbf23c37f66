/* SPDX-License-Identifier: MIT */
/* answers.c -- see answers.h. */
#include "answers.h"

#include "exo/abi.h"
#include "exo/kernel/env/env.h"
#include "lib/error.h"

static uint64_t count[EXO_QUICK_COUNT][E_COUNT];

uint64_t answers_of(uint64_t number, uint64_t error) {
    return number < EXO_QUICK_COUNT && error < E_COUNT ? count[number][error] : 0;
}

static long answered(uint64_t number, long answer) {
    if (env_current != envs)
        count[number][answer < 0 ? -answer : E_NONE]++;
    return answer;
}

/* Each takes what arguments come: a call has six, whatever its function makes of them. */
#define COUNTED(name)                                                                              \
    long __real_sys_##name(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,             \
                           uint64_t f);                                                            \
    long __wrap_sys_##name(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,             \
                           uint64_t f);                                                            \
    long __wrap_sys_##name(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,             \
                           uint64_t f) {                                                           \
        return answered(EXO_CALL_##name, __real_sys_##name(a, b, c, d, e, f));                     \
    }
COUNTED(disk_request)
COUNTED(disk_wait)
COUNTED(disk_reset)
COUNTED(disk_latency)
COUNTED(disk_handler)
COUNTED(xn_change)
COUNTED(xn_block)
COUNTED(xn_transfer)
COUNTED(xn_volume)
COUNTED(pxn_make)
COUNTED(pxn_change)
COUNTED(pxn_remove)
COUNTED(pxn_read)
COUNTED(pxn_request)
