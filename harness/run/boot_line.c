/* SPDX-License-Identifier: MIT */
/* boot_line.c -- write boot command lines. */
#include "run/boot_line.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "base/die.h"
#include "experiment/experiment.h"
#include "measure/protocol.h"
#include "run/run.h"
#include "base/status.h"
#include "base/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Then each row says when it ran, so that what passed on them is known to be its. */
static bool has_wires(const struct selection *s) {
    return s->devices && s->devices->devices.nics.count;
}

char *boot_line_words(const struct boot_line *b) {
    const struct selection *s = b->selection;
    assert_that(s->count <= s->rows.count);
    unsigned *numbers = memory_new(s->count + 1, sizeof *numbers);
    for (size_t i = 0; i < s->count; i++)
        numbers[i] = s->rows.items[s->chosen[i]].number;
    scoped_text char *ranges = rows_ranges(numbers, s->count);
    char *words =
        text_format("run=%s clock=%s samples=%u cold=%u%s%s%s", ranges, clock_name(b->clock),
                    b->samples, b->cold, has_wires(s) ? " times=1" : "",
                    b->inject ? " inject=" : "", b->inject ? b->inject : "");
    free(numbers);
    return words;
}

char *boot_line_linux(bool mitigated, const char *args) {
    char *path =
        tree_path("build/guest/linux/cmdline/%s", mitigated ? "mitigations-default" : "plain");
    scoped_text char *line = text_read(path, NULL);
    if (!line)
        die(STATUS_MISSING, "cannot read %s: %s; `make` builds it", tree_shown(path),
            text_read_error(errno));
    line[strcspn(line, "\n")] = '\0';
    char *whole = text_format("%s%s%s", line, args ? " " : "", args ? args : "");
    free(path);
    return whole;
}

int boot_line_check(const char *line, struct failure *why) {
    if (strlen(line) <= PROTOCOL_TOLD_MAX)
        return 0;
    return failure_set(
        why, STATUS_USAGE,
        "the guest's command line would have %zu bytes; one takes at most %d: ask for fewer "
        "rows or shorter words",
        strlen(line), PROTOCOL_TOLD_MAX);
}

/* Whether NAME matches GLOB as the guests match it: '*' stands for any bytes, '?' for one. Goes
 * back to the last '*' only: that suffices, and the time is bounded by the product of the lengths,
 * whatever a stranger's log has for words (fnmatch's is not). */
static bool glob_fits(const char *glob, const char *name) {
    const char *star = NULL, *retry = NULL;
    while (*name) {
        if (*glob == '*') {
            star = ++glob;
            retry = name;
        } else if (*glob && (*glob == '?' || *glob == *name)) {
            glob++;
            name++;
        } else if (star) {
            glob = star;
            name = ++retry;
        } else {
            return false;
        }
    }
    return !glob[strspn(glob, "*")];
}

/* Whether ITEM of a LIST ("17", "0-14", "syscall/args:*", "all") names one of the rows. */
static bool item_known(const char *item, const struct row_specs *rows) {
    unsigned first, last;
    int end = 0;
    bool range = sscanf(item, "%9u-%9u%n", &first, &last, &end) == 2 && !item[end];
    if (!range && sscanf(item, "%9u%n", &first, &end) == 1 && !item[end]) {
        last = first;
        range = true;
    }
    for (size_t i = 0; i < rows->count; i++) {
        const struct row_spec *row = &rows->items[i];
        if (range ? first <= row->number && row->number <= last
                  : !strcmp(item, "all") || glob_fits(item, row->name))
            return true;
    }
    return false;
}

int boot_line_rows(const char *words, const char *system, const struct row_specs *rows,
                   struct failure *why) {
    struct texts all = {0}, items = {0};
    int status = 0;
    texts_split(&all, words, " \t\n");
    for (size_t i = 0; i < all.count; i++) {
        if (strncmp(all.items[i], "run=", 4) != 0)
            continue;
        texts_free(&items); /* of a word given twice the last counts */
        items = (struct texts){0};
        texts_split(&items, all.items[i] + 4, ",");
    }
    for (size_t i = 0; i < items.count && !status; i++)
        if (!item_known(items.items[i], rows))
            status = failure_set(why, STATUS_UNKNOWN,
                                 "%s has no row '%s'; `exospin list` prints all there are", system,
                                 items.items[i]);
    texts_free(&items);
    texts_free(&all);
    return status;
}
