/* SPDX-License-Identifier: MIT */
/* run_json_fuzz.c -- any bytes as run.json, and as the JSON of a Google Benchmark program. */
#include "run/collection.h"
#include "run/run_json.h"
#include "result/summary.h"

#include <stdint.h>

/* Every boot of the run has the same bytes for its raw log. */
static void judge(struct run *run, const char *bytes, size_t length) {
    struct collection c;
    collection_begin(&c, run);
    for (size_t i = 0; i < run->boot_count; i++) {
        collection_boot(&c, i);
        if (strcmp(run->boots[i].system, "host") != 0)
            guest_log_collect(&c, bytes, length);
        else
            host_log_collect(&c, bytes, length);
    }
    collection_judge(&c);
    collection_end(&c);
    json_decref(summary_to_json(run, &(struct verdicts){0}));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *bytes = (const char *)data;
    struct failure why;
    struct run *run = run_parse(bytes, size, "run.json", &why);
    if (run)
        judge(run, bytes, size);
    run_free(run);
    run = run_new();
    run_set(&run_add_boot(run)->system, "host");
    judge(run, bytes, size);
    run_free(run);
    return 0;
}
