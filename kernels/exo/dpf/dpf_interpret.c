/* SPDX-License-Identifier: MIT */
/* dpf_interpret.c -- what a filter means, one atom after the other, and nothing merged or compiled:
 * the measure of dpf_form.c, dpf_trie.c and dpf_code.c. */
#include "exo/dpf/dpf.h"

/* The bytes at `at`, if the first `needed` of them are in the message; what is not is 0. */
static bool load(const uint8_t *message, uint64_t length, uint64_t at, uint32_t bytes,
                 uint32_t needed, uint32_t *value) {
    if (at > length || needed > length - at)
        return false;
    *value = 0;
    for (uint32_t i = 0; i < bytes; i++)
        *value = *value << 8 | (i < needed ? message[at + i] : 0);
    return true;
}

/* Up to the last one of which something counts. */
static uint32_t needed(const struct dpf_atom *a) {
    uint32_t n = a->bytes;
    for (uint32_t mask = a->mask; a->op == DPF_MEQ && !(mask & 0xff); mask >>= 8)
        n--;
    return n;
}

bool dpf_holds(const struct dpf_atom *atom, uint32_t atoms, const uint8_t *message,
               uint32_t length) {
    uint64_t place = 0, moved = 0;
    for (const struct dpf_atom *a = atom; a < atom + atoms; a++) {
        uint32_t value = a->value;
        bool masked = a->op == DPF_MEQ || a->op == DPF_MSHIFT;
        if ((a->op == DPF_MEQ && !a->mask) || a->op == DPF_STATE)
            continue; /* asks nothing, not even that there is something */
        if (a->op != DPF_SHIFTI &&
            !load(message, length, place + moved + a->offset, a->bytes, needed(a), &value))
            return false;
        if (masked)
            value &= a->mask;
        if (a->op <= DPF_MEQ && value != a->value)
            return false;
        if (a->op == DPF_SHIFT || a->op == DPF_MSHIFT)
            place += (uint64_t)value << a->shift;
        if (a->op == DPF_SHIFTI)
            moved += value;
        if (place > length) /* beyond the message is no place */
            return false;
    }
    return true;
}
