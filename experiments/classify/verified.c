/* SPDX-License-Identifier: MIT */
/* verified.c -- see verified.h. */
#include "verified.h"

#include "../engine/programs/contexts.h"

enum { PORT_OF_SAMPLE = 80 };

bool verified_make(struct verified *v, const struct sample *s, uint32_t count) {
    static const struct jit_options options;
    v->hooks = s->hooks;
    for (; v->made < count; v->made++) {
        uint32_t i = v->made;
        if (!sample_variant(s, NETWORK_16(PORT_OF_SAMPLE), NETWORK_16(TRAFFIC_PORT + i),
                            &v->program[i], &v->facts) ||
            !jit_compile(&v->program[i], v->hooks, &options, &v->code[i]))
            return false;
    }
    return true;
}

uint32_t verified_ask(const struct verified *v, uint32_t count, const uint8_t *packet) {
    const uintptr_t start = (uintptr_t)packet, end = start + TRAFFIC_BYTES;
    uint32_t i = 0;
    while (i < count && !v->code[i].entry(start, end, 0, 0, 0, NULL))
        i++;
    return i;
}
