/* SPDX-License-Identifier: MIT */
/* engine_lines_fuzz.c -- any bytes as line information of an otherwise sound object: the first byte
 * says how many relocations and which table, the rest is the table. */
#include "../../unit/engine/engine_lined.h"
#include "../../unit/engine/engine_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct made m;
    struct source s;
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct report why;
    struct object o;
    if (size < 1 || size > sizeof s.ext)
        return 0;
    debug_unit(&s, 5); /* for its relocations and strings */
    if (data[0] & 1) {
        free(s.types);
        make_ext(&s);
        memcpy(s.ext, data + 1, size - 1);
        s.ext_len = size - 1;
    } else {
        memcpy(s.debug, data + 1, size - 1);
        s.debug_len = size - 1;
        s.relocs = data[0] / 2 % 4;
    }
    make_lined(&m, &s);
    if (object_open(&o, &hooks, m.bytes, m.len, &why)) {
        walk_object(&o, &hooks);
        object_close(&o);
    }
    if (account.live)
        abort();
    free(s.types);
    return 0;
}
