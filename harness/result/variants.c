/* SPDX-License-Identifier: MIT */
/* variants.c -- take a row's name apart. */
#include "result/variants.h"
#include "base/scope.h"

#include <string.h>

const char *row_label(const struct run *run, const struct row *row) {
    return row->trial_count ? run_trial_boot(run, &row->trials[0])->label : "";
}

char *row_spec(const struct run *run, const struct row *row) {
    const char *label = row_label(run, row);
    const char *spec = strchr(row->name, ':') ? strchr(row->name, ':') + 1 : row->name;
    size_t length = strlen(spec), tail = strlen(label);
    if (tail && length > tail + 1 && !strcmp(spec + length - tail, label))
        length -= tail + 1;
    return text_format("%.*s", (int)length, spec);
}
