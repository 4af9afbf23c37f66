/* SPDX-License-Identifier: MIT */
/* port.c -- see programs.h. */
#include "port.h"

#include "lib/string.h"

/* As the object has the number: what a 32-bit immediate of bytes of the network is. */
static const uint8_t was[] = {0xca, 0xfe, 0, 0};

bool port_load(struct dpf_program *p, const uint8_t *object, size_t length, uint16_t port,
               const struct hooks *hooks, struct report *why) {
    memcpy(p->bytes, object, length);
    for (size_t i = 0; i + sizeof was <= length; i++)
        if (!memcmp(p->bytes + i, was, sizeof was)) {
            p->bytes[i] = (uint8_t)(port >> 8);
            p->bytes[i + 1] = (uint8_t)port;
        }
    return dpf_program_load(p, (uint32_t)length, hooks, why);
}
