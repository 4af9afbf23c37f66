/* SPDX-License-Identifier: MIT */
/* brackets_fuzz.c -- any bytes as the counters of a boot: the samples have theirs or there is a
 * problem, and each that a sample has is in the file. */
#include "run/brackets.h"
#include "base/memory.h"
#include "../unit/harness/serial.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(int condition) {
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct serial s = {0};
    serial_boot(&s);
    struct run *run = serial_run(s.bytes, s.length);
    char *text = memory_new(size + 1, 1); /* read files end so */
    memcpy(text, data, size);
    struct collection c;
    collection_begin(&c, run);
    collection_boot(&c, 0);
    brackets_collect(&c, text, size);
    collection_end(&c);
    const struct boot *b = run->boots;
    bool all = true;
    for (size_t i = 0; i < run->row_count; i++) {
        const struct trial *t = run->rows[i].trials;
        all = all && (t->kind == ROW_CHECK || t->steady.brackets);
        for (size_t k = 0; t->steady.brackets && k < t->steady.count; k++)
            demand(t->steady.brackets[k] < b->bracket_count);
    }
    demand(all != (run->problem_count > 0));
    free(text);
    run_free(run);
    return 0;
}
