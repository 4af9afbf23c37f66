/* SPDX-License-Identifier: MIT */
/* activation.c -- the faults as sentences. */
#include "engine/base/activation.h"

const char *fault_sentence(enum fault fault) {
    static const char *const sentence[FAULT_COUNT] = {
#define X(id, text) [FAULT_##id] = text,
        FAULTS(X)
#undef X
    };
    return sentence[fault];
}
