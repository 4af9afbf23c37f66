/* SPDX-License-Identifier: MIT */
/* spin_manifest_fuzz.c -- any bytes as what an object says of its extension: it ends, within the
 * bytes, and every word has its end. */
#include "spin/services/loader/manifest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds) {
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct manifest m = {data, data + size};
    struct manifest_line line;
    size_t lines = 0;
    int more;
    while ((more = manifest_next(&m, &line)) > 0) {
        demand(m.at <= m.end && line.which[0]);
        demand(strnlen(line.which, sizeof line.which) < sizeof line.which);
        demand(++lines <= size);
    }
    demand(more < 0 || m.at == m.end);
    return 0;
}
