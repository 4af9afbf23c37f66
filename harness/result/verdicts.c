/* SPDX-License-Identifier: MIT */
/* verdicts.c -- every claim of a run: judged, printed, given back. */
#include "result/verdicts.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>

int verdicts_make(struct verdicts *v, const struct run *run, const struct experiments *experiments,
                  const struct folder *folder, struct failure *why) {
    *v = (struct verdicts){.lists = memory_new(experiments->count + 1, sizeof *v->lists)};
    papers_open_kept(&v->tables, folder);
    for (size_t i = 0; i < experiments->count; i++) {
        const struct experiment *e = experiments->items[i];
        struct judged *claims = claims_judge(e, run, &v->tables, why);
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
    papers_close(&v->tables);
    *v = (struct verdicts){0};
}

static bool all_asked_for(const struct run *run, const struct judged *j) {
    for (size_t i = 0; i < j->case_count; i++)
        if (!run_experiment(run, j->cases[i].row) || !run_experiment(run, j->cases[i].of))
            return false;
    return true;
}

static void tell_missed(const struct experiment *e, const struct judged *j, FILE *to) {
    text_print(to, "%s/%s: %s: %s\n", e->name, j->claim->id, j->words, j->claim->sentence);
    for (size_t i = 0; i < j->case_count; i++) {
        const struct claim_case *c = &j->cases[i];
        if (!c->fails)
            continue;
        text_print(to, "  %s %.15g, %s %.15g would hold (%s %.15g)\n", c->row,
                   c->ours->figures.median, c->relation->at_most > 0 ? "at most" : "at least",
                   c->bound, c->of, c->to->figures.median);
    }
}

void verdicts_tell(const struct verdicts *v, const struct run *run, FILE *to) {
    static const char *const names[] = {[OUTCOME_REPRODUCED] = "reproduced",
                                        [OUTCOME_MISSED] = "not reproduced",
                                        [OUTCOME_NONE] = "without verdict",
                                        [OUTCOME_INAPPLICABLE] = "not applicable"};
    enum { OUTCOMES = sizeof names / sizeof names[0] };
    size_t counts[OUTCOMES] = {0}, all = 0;
    for (size_t i = 0; i < v->count; i++)
        for (size_t k = 0; k < v->lists[i].experiment->claims.count; k++)
            if (all_asked_for(run, &v->lists[i].claims[k])) {
                counts[v->lists[i].claims[k].outcome]++;
                all++;
            }
    if (!all)
        return;
    fprintf(to, "claims: %zu", all);
    for (int outcome = 0; outcome < OUTCOMES; outcome++)
        if (counts[outcome])
            fprintf(to, ", %zu %s", counts[outcome], names[outcome]);
    fputc('\n', to);
    for (size_t i = 0; i < v->count; i++)
        for (size_t k = 0; k < v->lists[i].experiment->claims.count; k++)
            if (v->lists[i].claims[k].outcome == OUTCOME_MISSED &&
                all_asked_for(run, &v->lists[i].claims[k]))
                tell_missed(v->lists[i].experiment, &v->lists[i].claims[k], to);
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
