/* SPDX-License-Identifier: MIT */
/* verdicts_json.c -- summary.json's `claims`: what was claimed, what both rows read, what the paper
 * printed, and the verdict (docs/harness.md has the keys). */
#include "result/verdicts.h"
#include "run/run_json.h"

#include <math.h>

static void set_text(json_t *object, const char *key, const char *text) {
    json_object_set_new(object, key, text ? json_text(text) : json_null());
}

/* NAN, which is null in JSON, where there is no row. */
static double median(const struct row *row) {
    return row ? row->figures.median : NAN;
}

static json_t *case_to_json(const struct claim_case *c) {
    const struct relation *r = c->relation;
    bool most = r->at_most > 0;
    json_t *object = json_object();
    set_text(object, "row", c->row);
    json_object_set_new(object, most ? "at_most" : "at_least",
                        json_figure(most ? r->at_most : r->at_least));
    set_text(object, "of", c->of);
    json_object_set_new(object, "plus", json_figure(r->plus));
    json_object_set_new(object, "value", json_figure(median(c->ours)));
    json_object_set_new(object, "of_value", json_figure(median(c->to)));
    json_object_set_new(object, "ratio", json_figure(c->ratio));
    json_object_set_new(object, "bound", json_figure(c->bound));
    json_object_set_new(object, "holds",
                        c->holds   ? json_true()
                        : c->fails ? json_false()
                                   : json_null());
    return object;
}

static json_t *paper_to_json(const struct claim_paper *p) {
    json_t *object = json_object();
    set_text(object, "table", p->evidence->table);
    set_text(object, "row", p->evidence->row);
    if (p->evidence->unit)
        set_text(object, "unit", p->evidence->unit);
    if (p->evidence->title)
        set_text(object, "title", p->evidence->title);
    set_text(object, "value", p->evidence->value);
    set_text(object, "of", p->evidence->of);
    set_text(object, "of_row", p->evidence->of_row);
    json_object_set_new(object, "low", json_figure(p->low));
    json_object_set_new(object, "high", json_figure(p->high));
    json_object_set_new(object, "recalled", json_boolean(!p->seen));
    return object;
}

static json_t *claim_to_json(const struct experiment *e, const struct judged *j) {
    json_t *object = json_object(), *rows = json_array(), *papers = json_array();
    for (size_t i = 0; i < j->case_count; i++)
        json_array_append_new(rows, case_to_json(&j->cases[i]));
    for (size_t i = 0; i < j->paper_count; i++)
        json_array_append_new(papers, paper_to_json(&j->papers[i]));
    json_object_set_new(object, "id", json_sprintf("%s/%s", e->name, j->claim->id));
    set_text(object, "verdict", j->words);
    set_text(object, "why", j->why);
    set_text(object, "sentence", j->claim->sentence);
    set_text(object, "source", j->claim->source);
    set_text(object, "checked", j->claim->checked);
    json_object_set_new(object, "rows", rows);
    json_object_set_new(object, "paper", papers);
    return object;
}

json_t *verdicts_to_json(const struct verdicts *v) {
    json_t *array = json_array();
    for (size_t i = 0; i < v->count; i++) {
        const struct verdict_list *list = &v->lists[i];
        for (size_t k = 0; k < list->experiment->claims.count; k++)
            json_array_append_new(array, claim_to_json(list->experiment, &list->claims[k]));
    }
    return array;
}
