/* SPDX-License-Identifier: MIT */
/* page_counters.c -- what instructions hide: beside each row's median the counters of its brackets.
 * Each column of a family of rows is a small bar chart, as long as its largest counter. */
#include "page/page.h"
#include "base/scope.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const heads[] = {[COUNTER_loads] = "loads",
                                    [COUNTER_stores] = "stores",
                                    [COUNTER_lines] = "lines",
                                    [COUNTER_pages] = "pages",
                                    [COUNTER_cr3_writes] = "cr3",
                                    [COUNTER_crossings] = "crossings",
                                    [COUNTER_indirect_branches] = "indirect",
                                    [COUNTER_string_iterations] = "string",
                                    [COUNTER_data_bytes] = "data"};

/* The row of a cell, if it was counted; else null. */
static const struct row *counted(const struct table_cell *c) {
    return c->row && c->row->figures.counted ? c->row : NULL;
}

static bool any_counted(const struct table *t) {
    for (size_t i = 0; i < t->line_count; i++)
        for (size_t k = 0; k < t->column_count; k++)
            if (counted(&t->lines[i].cells[k]))
                return true;
    return false;
}

/* The largest value of COUNTER in the family of LINE. */
static double largest(const struct table *t, size_t line, int counter) {
    const char *family = t->lines[line].family;
    double most = 0;
    for (size_t i = 0; i < t->line_count; i++)
        for (size_t k = 0; k < t->column_count; k++) {
            const struct row *row = counted(&t->lines[i].cells[k]);
            if (row && !strcmp(t->lines[i].family, family) && row->figures.counters[counter] > most)
                most = row->figures.counters[counter];
        }
    return most;
}

static void one_counter(struct page *p, const char *system, double value, double most) {
    struct html *h = p->html;
    html_open(h, "td", "class", value > 0 ? "number" : "number none", NULL);
    html_text(h, "%s", page_number(value));
    if (value > 0) {
        scoped_text char *style = text_format("width:%.0f%%", 100 * value / most);
        scoped_text char *class = text_format("count %s", system);
        html_open(h, "span", "class", class, "style", style, NULL);
        html_close(h);
    }
    html_close(h);
}

static void one_row(struct page *p, const struct table *t, size_t line, const struct row *row) {
    struct html *h = p->html;
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_line(h, "code", NULL, "%s", row->name);
    html_close(h);
    html_line(h, "td", "number", "%s", page_number(row->figures.median));
    for (int i = 0; i < COUNTER_COUNT; i++)
        one_counter(p, row->system, row->figures.counters[i], largest(t, line, i));
    html_close(h);
}

static void head(struct page *p) {
    struct html *h = p->html;
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    html_line(h, "th", NULL, "row");
    html_line(h, "th", "number", "instructions");
    for (int i = 0; i < COUNTER_COUNT; i++)
        html_line(h, "th", "number", "%s", heads[i]);
    html_close(h);
    html_close(h);
}

void page_counters(struct page *p, const struct table *t) {
    struct html *h = p->html;
    if (!any_counted(t))
        return;
    html_open(h, "details", NULL);
    html_line(h, "summary", NULL,
              "What instructions hide: accesses to memory, crossings and jumps");
    html_line(h, "p", "caption",
              "Counted inside the same brackets. Lines of 64 bytes and pages of 4 KiB are distinct "
              "ones that were loaded from or stored to; cr3: it was written; crossings: ways "
              "between user code and kernel; indirect: jumps and calls to where a register or "
              "memory says; string: iterations of movs, stos and their like; data: bytes loaded "
              "from or stored to pages that the row names as its data. Each bar is a part of its "
              "column's largest in the family.");
    html_open(h, "div", "class", "scroll", NULL);
    html_open(h, "table", "class", "full", NULL);
    head(p);
    for (size_t i = 0; i < t->line_count; i++) {
        page_family(p, t, i, COUNTER_COUNT + 2);
        for (size_t k = 0; k < t->column_count; k++)
            if (counted(&t->lines[i].cells[k]))
                one_row(p, t, i, t->lines[i].cells[k].row);
    }
    html_close(h);
    html_close(h);
    html_close(h);
    html_close(h);
}
