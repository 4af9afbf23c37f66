/* SPDX-License-Identifier: MIT */
/* engine_object_fuzz.c -- any bytes as an object file. What is accepted is read to the last type
 * and line. */
#include "../../unit/engine/engine_made.h"
#include "../../unit/engine/engine_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct report why;
    struct object o;
    if (object_open(&o, &hooks, data, size, &why)) {
        walk_object(&o, &hooks);
        object_close(&o);
    } else if (why.rule == RULE_NONE || (!strncmp(why.text, "file,", 5) && why.offset > size)) {
        abort();
    }
    if (account.live)
        abort();
    return 0;
}
