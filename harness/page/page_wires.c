/* SPDX-License-Identifier: MIT */
/* page_wires.c -- what passed on the wires while a row ran: frames and bytes, by its captures. */
#include "page/page.h"

static const struct row *captured(const struct table_cell *c) {
    return c->row && c->row->figures.captured && c->row->figures.frames ? c->row : NULL;
}

static bool any_captured(const struct table *t) {
    for (size_t i = 0; i < t->line_count; i++)
        for (size_t k = 0; k < t->column_count; k++)
            if (captured(&t->lines[i].cells[k]))
                return true;
    return false;
}

static void one_row(struct page *p, const struct row *row) {
    const struct figures *f = &row->figures;
    double samples = (double)(f->frame_samples ? f->frame_samples : 1);
    struct html *h = p->html;
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_line(h, "code", NULL, "%s", row->name);
    html_close(h);
    html_line(h, "td", "number", "%s", page_number((double)f->frames));
    html_line(h, "td", "number", "%s", page_number((double)f->frame_bytes));
    html_line(h, "td", "number", "%s", page_number((double)f->frame_samples));
    html_line(h, "td", "number", "%.1f", (double)f->frames / samples);
    html_line(h, "td", "number", "%.0f", (double)f->frame_bytes / samples);
    html_close(h);
}

static void head(struct page *p) {
    static const char *const heads[] = {"frames", "bytes", "samples", "frames a sample",
                                        "bytes a sample"};
    struct html *h = p->html;
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    html_line(h, "th", NULL, "row");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        html_line(h, "th", "number", "%s", heads[i]);
    html_close(h);
    html_close(h);
}

void page_wires(struct page *p, const struct table *t) {
    struct html *h = p->html;
    if (!any_captured(t))
        return;
    html_open(h, "details", NULL);
    html_line(h, "summary", NULL, "What passed on the wires");
    html_line(h, "p", "caption",
              "Frames in the captures of the run (captures/), each counted once for each wire that "
              "it was on, while the row took its warm-up and its steady samples; what the row sent "
              "once, as to find its neighbour or to open a connection, is among them.");
    html_open(h, "div", "class", "scroll", NULL);
    html_open(h, "table", "class", "full", NULL);
    head(p);
    for (size_t i = 0; i < t->line_count; i++) {
        page_family(p, t, i, 6);
        for (size_t k = 0; k < t->column_count; k++)
            if (captured(&t->lines[i].cells[k]))
                one_row(p, t->lines[i].cells[k].row);
    }
    html_close(h);
    html_close(h);
    html_close(h);
    html_close(h);
}
