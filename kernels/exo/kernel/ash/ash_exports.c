/* SPDX-License-Identifier: MIT */
/* ash_exports.c -- what handlers may call. The build compiles this file a second time for the types
 * (engine/export.h), which are embedded here. */
#include "common/engine.h"
#include "exo/kernel/ash/ash_kind.h"
#include "exo/kernel/ash/ash_run.h"
#include "lib/string.h"
#include "protocol/checksum.h"

#include "engine/export.h"

uint64_t ash_pipe(void *to, uint64_t bytes, uint64_t at, uint64_t *state, uint64_t pipe) {
    const struct ash_running *now = &ash_now;
    const struct code *code = &now->ash->pipe[pipe % EXO_ASH_PIPES];
    if (pipe >= EXO_ASH_PIPES || !code->entry || at > now->bytes || bytes > now->bytes - at)
        return false;
    const uint8_t *from = now->frame + at;
    uint64_t words = bytes / 8, rest = bytes % 8, last = 0, stored;
    if (words)
        code->entry((uint64_t)from, (uint64_t)to, words, (uint64_t)state, 0, NULL);
    if (rest) { /* as a word that zeroes fill */
        uint8_t *end = (uint8_t *)to + words * 8;
        memcpy(&last, from + words * 8, rest);
        memcpy(&stored, end, rest); /* which stays where nothing is stored */
        code->entry((uint64_t)&last, (uint64_t)&stored, 1, (uint64_t)state, 0, NULL);
        memcpy(end, &stored, rest);
    }
    return true;
}

EXPORT(ash, ash_send, EXPORT_FUNCTION, .signature = &ash_send_signature);
EXPORT(ash, ash_pipe, EXPORT_FUNCTION, .signature = &ash_pipe_signature);
EXPORT(ash, sum_bytes, EXPORT_FUNCTION, .signature = &ash_sum_signature);
EXPORT(ash, sum_pseudo, EXPORT_FUNCTION, .signature = &ash_number_signature);
EXPORT(ash, sum_update, EXPORT_FUNCTION, .signature = &ash_number_signature);
EXPORTS_DECLARE(ash);

#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(ash, "kernels/exo/kernel/ash/ash_exports");

struct domain *ash_exports(void) {
    return engine_domain("ash", EXPORTS_TYPES(ash), EXPORTS(ash), EXPORTS_COUNT(ash));
}
#endif
