/* SPDX-License-Identifier: MIT */
/* feature.c -- see feature.h. */
#include "feature.h"

const char *feature_text(unsigned feature) {
    static const char *const text[FEATURE_COUNT] = {
#define X(id, text) text,
        FEATURES(X)
#undef X
    };
    return text[feature];
}
