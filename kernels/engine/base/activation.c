/* SPDX-License-Identifier: MIT */
/* activation.c -- the faults as sentences. */
#include "engine/base/activation.h"
#include "engine/assert.h"

const char *fault_sentence(enum fault fault) {
    static const char *const sentence[FAULT_COUNT] = {
#define X(id, text) [FAULT_##id] = text,
        FAULTS(X)
#undef X
    };
    ENGINE_ASSERT(fault < FAULT_COUNT && sentence[fault], "there is no fault %u", fault);
    return sentence[fault];
}
