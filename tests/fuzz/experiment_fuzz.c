/* SPDX-License-Identifier: MIT */
/* experiment_fuzz.c -- any bytes as experiment.yaml: read or refused with one line that names
 * file and line, never a crash, a leak or an endless loop. What is read is judged against an
 * empty run. */
#include "result/claims.h"
#include "experiment/experiment.h"
#include "base/status.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(int condition) {
    if (!condition)
        abort();
}

static void use(const struct experiment *e) {
    static const struct run empty;
    struct papers tables;
    struct failure why = {0};
    demand(*e->title && *e->question && *e->unit && e->systems.count);
    papers_open(&tables, "/nowhere");
    struct judged *judged = claims_judge(e, &empty, &tables, &why);
    demand(judged || why.status == STATUS_EXPERIMENT);
    for (size_t i = 0; judged && i < e->claims.count; i++)
        demand(judged[i].outcome != OUTCOME_REPRODUCED && judged[i].outcome != OUTCOME_MISSED);
    if (judged)
        claims_free(judged, e->claims.count);
    papers_close(&tables);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct failure why = {0};
    struct experiment *e = experiment_parse("fuzz", "fuzz.yaml", (const char *)data, size, &why);
    if (e) {
        use(e);
        experiment_free(e);
    } else {
        demand(why.status == STATUS_EXPERIMENT);
        demand(!strncmp(why.text, "fuzz.yaml:", 10) && why.text[10] >= '1' && why.text[10] <= '9');
        demand(!strchr(why.text, '\n'));
    }
    return 0;
}
