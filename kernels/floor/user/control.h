/* SPDX-License-Identifier: MIT */
/* control.h -- the control calls of floor/abi.h, from the ring-3 program. */
#ifndef FLOOR_USER_CONTROL_H
#define FLOOR_USER_CONTROL_H

#include "floor/abi.h"

#include <stdint.h>

static inline long control(enum control_call call, uint64_t a, uint64_t b) {
    long result = call;
    __asm__ volatile("int %1" : "+a"(result) : "i"(CONTROL_VECTOR), "D"(a), "S"(b) : "memory");
    return result;
}

#endif
