/* SPDX-License-Identifier: MIT */
/* verdicts_json.c -- summary.json's `claims`: what was claimed, what both rows read, what the paper
 * printed, and the verdict (docs/harness.md has the keys). */
#include "result/verdicts.h"
#include "run/run_json.h"

#include <math.h>

static void set_text(json_t *object, const char *key, const char *text) {
    json_object_set_new(object, key, text ? json_text(text) : json_null());
}

/* Null where there is none: NAN is no JSON. */
static void set_figure(json_t *object, const char *key, double value) {
    json_object_set_new(object, key, isnan(value) ? json_null() : json_figure(value));
}

static double median(const struct row *row) {
    return row ? row->figures.median : NAN;
}

static json_t *case_to_json(const struct claim_case *c) {
    const struct relation *r = c->relation;
    bool most = r->at_most > 0;
    json_t *object = json_object();
    set_text(object, "row", c->row);
    set_figure(object, most ? "at_most" : "at_least", most ? r->at_most : r->at_least);
    set_text(object, "of", c->of);
    set_figure(object, "plus", r->plus);
    set_figure(object, "value", median(c->ours));
    set_figure(object, "of_value", median(c->to));
    set_figure(object, "ratio", c->ratio);
    set_figure(object, "bound", c->bound);
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
    set_text(object, "value", p->evidence->value);
    set_text(object, "of", p->evidence->of);
    set_text(object, "of_row", p->evidence->of_row);
    set_figure(object, "low", p->low);
    set_figure(object, "high", p->high);
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
