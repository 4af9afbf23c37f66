/* SPDX-License-Identifier: MIT */
/* page.c -- what several parts of the page need. */
#include "page/page.h"
#include "base/scope.h"
#include "base/memory.h"
#include "result/variants.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRATCH = 40 };

/* One of eight buffers by turns, so that a printf can have several. */
static char *scratch(void) {
    static char buffers[8][SCRATCH];
    static unsigned next;
    return buffers[next++ % 8];
}

/* A whole number with a comma before each three of its digits. */
static void group(char *to, size_t size, const char *digits) {
    size_t length = strlen(digits), used = 0;
    for (size_t i = 0; i < length && used + 2 < size; i++) {
        bool first = !i || (i == 1 && *digits == '-');
        if (!first && (length - i) % 3 == 0)
            to[used++] = ',';
        to[used++] = digits[i];
    }
    to[used] = '\0';
}

const char *page_number(double value) {
    char *text = scratch(), plain[SCRATCH];
    if (isnan(value))
        return "–";
    bool whole = value == floor(value) || fabs(value) >= 999.5; /* which has no three digits */
    snprintf(plain, sizeof plain, whole && fabs(value) < 1e15 ? "%.0f" : "%.3g", value);
    if (whole && fabs(value) < 1e15)
        group(text, SCRATCH, plain);
    else
        snprintf(text, SCRATCH, "%s", plain);
    return text;
}

const char *page_times(double value) {
    if (isnan(value))
        return "–";
    char *text = scratch();
    snprintf(text, SCRATCH, "%s\u00a0×", page_number(value));
    return text;
}

const char *page_amount(double value, enum clock clock) {
    const char *unit = clock_unit(clock);
    int length = (int)strlen(unit);
    if (value == 1 && length > 2) /* "ns" is both */
        length--;
    char *text = scratch();
    snprintf(text, SCRATCH, "%s %.*s", page_number(value), length, unit);
    return text;
}

const char *page_system(const char *system) {
    return strcmp(system, "linux") ? system : "Linux";
}

void page_raw_link(struct page *p, const struct trial *t) {
    const struct boot *b = run_trial_boot(p->run, t);
    const char *file = strrchr(b->raw, '/') ? strrchr(b->raw, '/') + 1 : b->raw;
    char *title =
        text_format("byte %llu: tail -c +%llu %s | head -1", (unsigned long long)t->offset,
                    (unsigned long long)t->offset + 1, b->raw);
    html_open(p->html, "a", "href", b->raw, "title", title, NULL);
    html_text(p->html, "%s:%llu, byte %llu", file, (unsigned long long)t->line,
              (unsigned long long)t->offset);
    html_close(p->html);
    free(title);
}

/* NAME as a regular expression that fits it and nothing else. */
static char *pattern(const char *name) {
    char *text = memory_new(2 * strlen(name) + 3, 1), *end = text;
    *end++ = '^';
    for (; *name; name++) {
        if (strchr(".+*?()[]{}|^$\\", *name))
            *end++ = '\\';
        *end++ = *name;
    }
    stpcpy(end, "$");
    return text;
}

char *page_command(const struct run *run, const struct row *row) {
    scoped_text char *spec = row_spec(run, row), *name = text_format("%s:%s", row->system, spec);
    scoped_text char *filter = pattern(name);
    scoped_text char *clock = run->clock == CLOCK_ICOUNT
                                  ? text_copy("")
                                  : text_format(" --clock %s", clock_name(run->clock));
    scoped_text char *via = strcmp(run->via, "kernel") != 0 && *run->via
                                ? text_format(" --via %s", run->via)
                                : text_copy("");
    return text_format("./exospin run %s --systems %s --filter '%s'%s%s", row->experiment,
                       row->system, filter, clock, via);
}

void page_dagger(struct page *p) {
    html_open(p->html, "abbr", "class", "dagger", "title",
              "recalled, not read in the source; a verdict never rests on it alone", NULL);
    html_text(p->html, "†");
    html_close(p->html);
}
