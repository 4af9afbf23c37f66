/* SPDX-License-Identifier: MIT */
/* engine_btf_fuzz.c -- any bytes as a section of types, printed, fingerprinted and compared when
 * accepted. */
#include "../../unit/engine/engine_made.h"
#include "../../unit/engine/engine_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct arena arena = {.hooks = &hooks};
    struct report why = {.rule = RULE_NONE};
    struct btf btf;
    if (btf_open(&btf, &arena, (struct bytes){data, size}, &why))
        walk_types(&btf, &hooks);
    else if (why.rule == RULE_NONE || why.offset > size)
        abort();
    arena_release(&arena);
    if (account.live)
        abort();
    return 0;
}
