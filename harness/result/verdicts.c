/* SPDX-License-Identifier: MIT */
/* verdicts.c -- every claim of a run: judged, printed, given back. */
#include "result/verdicts.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>

int verdicts_make(struct verdicts *v, const struct run *run, const struct experiments *experiments,
                  const struct folder *folder, struct failure *why) {
    *v = (struct verdicts){.lists = memory_new(experiments->count + 1, sizeof *v->lists)};
    shelf_kept(&v->shelf, folder);
    for (size_t i = 0; i < experiments->count; i++) {
        const struct experiment *e = experiments->items[i];
        struct judged *claims = claims_judge(e, run, &v->shelf, why);
        if (!claims)
            return why->status;
        v->lists[v->count++] = (struct verdict_list){e, claims};
    }
    return 0;
}

void verdicts_free(struct verdicts *v) {
    for (size_t i = 0; i < v->count; i++)
        claims_free(v->lists[i].claims, v->lists[i].experiment->claims.count);
    free(v->lists);
    shelf_close(&v->shelf);
    *v = (struct verdicts){0};
}

void verdicts_print(const struct verdicts *v, FILE *to) {
    for (size_t i = 0; i < v->count; i++) {
        const struct experiment *e = v->lists[i].experiment;
        for (size_t k = 0; k < e->claims.count; k++) {
            const struct judged *j = &v->lists[i].claims[k];
            text_print(to, "%s/%s: %s: %s\n", e->name, j->claim->id, j->words,
                       *j->why ? j->why : j->claim->checked);
        }
    }
}
