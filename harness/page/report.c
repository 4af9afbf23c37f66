/* SPDX-License-Identifier: MIT */
/* report.c -- report.html from top to bottom: the answers, what went wrong, the verdicts, how it
 * all was measured, then each experiment's plots and tables. The parts are in page_*.c, the looks
 * in report.css. */
#include "page/report.h"
#include "base/scope.h"
#include "base/memory.h"
#include "page/page.h"
#include "page/plot.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- gather ---- */

static int by_place(const void *one, const void *other) {
    const struct experiment *a = ((const struct chapter *)one)->experiment,
                            *b = ((const struct chapter *)other)->experiment;
    double a_place = a->place > 0 ? a->place : INFINITY,
           b_place = b->place > 0 ? b->place : INFINITY;
    return a_place != b_place ? (a_place > b_place) - (a_place < b_place)
                              : strcmp(a->name, b->name);
}

/* A chapter for each experiment. */
static void open_chapters(struct page *p, const struct verdicts *verdicts) {
    p->chapters = memory_new(verdicts->count, sizeof *p->chapters);
    p->chapter_count = verdicts->count;
    for (size_t i = 0; i < verdicts->count; i++)
        p->chapters[i] = (struct chapter){.experiment = verdicts->lists[i].experiment,
                                          .claims = verdicts->lists[i].claims};
    qsort(p->chapters, p->chapter_count, sizeof *p->chapters, by_place);
}

/* What is wrong with the plots of one experiment takes those of no other away; the first failure is
 * told. After an interrupt nothing more is drawn. */
static int draw_plots(struct page *p, bool trust, struct failure *why) {
    int first = then_draw(p, why);
    for (size_t i = 0; i < p->chapter_count && first <= STATUS_SIGNAL; i++) {
        struct chapter *c = &p->chapters[i];
        struct failure failure;
        int status = plot_experiment(p->run, c->experiment, p->folder, trust, &p->files,
                                     &c->stands_in, &failure);
        if (status && !first) {
            first = status;
            *why = failure;
        }
    }
    plot_sweep(p->folder, &p->files);
    return first;
}

static void close_page(struct page *p) {
    free(p->chapters);
    texts_free(&p->files);
}

/* ---- write ---- */

static void write_head(struct page *p) {
    struct html *h = p->html;
    scoped_text char *path = tree_path("harness/page/report.css"), *style = text_read(path, NULL);
    html_open(h, "html", "lang", "en", NULL);
    html_open(h, "head", NULL);
    html_open(h, "meta", "charset", "utf-8", NULL);
    html_close(h);
    html_open(h, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1",
              NULL);
    html_close(h);
    html_line(h, "title", NULL, "exospin run of %s", p->run->revision);
    html_open(h, "style", NULL);
    html_raw(h, style ? style : "");
    html_close(h);
    html_close(h);
}

/* What the clock's figures do not say, in a line; page_method.c has the rest. */
static const char *const caveats[] = {
    [CLOCK_ICOUNT] = ("Retired instructions: exact, and the same on every machine. Each counts as "
                      "one, however long a processor takes for it."),
    [CLOCK_TSC] = "Cycles of a real processor: noisy, so each median comes with an interval.",
    [CLOCK_HOST] = "Nanoseconds on this host, which say nothing about another machine.",
    [CLOCK_SIZE] = "Sizes in bytes; nothing was timed.",
    [CLOCK_LINES] = "Sizes in lines of source; nothing was timed.",
    [CLOCK_INEXACT] =
        "Instructions that are not the same from boot to boot: a device's moment counts.",
    [CLOCK_VIRTUAL] = "Nanoseconds of a modelled device, exact; an instruction counts as one.",
    [CLOCK_EVENTS] = "How often something happened; nothing was timed.",
    [CLOCK_NONE] = "No clock: the run has checks but no figures.",
};

static void write_caveat(struct page *p) {
    const struct run *run = p->run;
    struct html *h = p->html;
    html_open(h, "p", "class", "caveat", NULL);
    html_text(h, "%s ", caveats[run->clock]);
    html_link(h, "#method", "What that hides");
    html_text(h, ". Revision ");
    html_line(h, "code", NULL, "%.12s", run->revision);
    if (*run->revision_why)
        html_text(h, " (%s)", run->revision_why);
    html_text(h, "%s", run->dirty ? " with uncommitted changes" : "");
    if (*run_tool(run, "qemu"))
        html_text(h, ", QEMU %s", run_tool(run, "qemu"));
    html_text(h, ".");
    html_close(h);
}

static void write_contents(struct page *p) {
    struct html *h = p->html;
    html_open(h, "nav", NULL);
    if (page_has_claims(p))
        html_link(h, "#verdicts", "Verdicts");
    if (page_has_then(p)) {
        html_text(h, " ");
        html_link(h, "#then", "Then and now");
    }
    html_text(h, " ");
    html_link(h, "#method", "How it was measured");
    for (size_t i = 0; i < p->chapter_count; i++) {
        scoped_text char *chapter = text_format("#%s", p->chapters[i].experiment->name);
        html_text(h, " ");
        html_link(h, chapter, "%s", p->chapters[i].experiment->title);
    }
    html_close(h);
}

/* What fits on the first screen. */
static void write_first(struct page *p) {
    html_line(p->html, "h1", NULL, "Can an operating system be extensible, safe and fast at once?");
    page_banner(p);
    page_answers(p);
    write_caveat(p);
    write_contents(p);
}

static void write_chapter(struct page *p, const struct chapter *c) {
    struct html *h = p->html;
    scoped_text char *readme = text_format("experiments/%s/README.md", c->experiment->name);
    html_open(h, "section", "class", "chapter", "id", c->experiment->name, NULL);
    html_line(h, "h2", NULL, "%s", c->experiment->title);
    html_open(h, "p", "class", "lead", NULL);
    html_text(h, "%s ", c->experiment->question);
    html_link(h, readme, "What exactly is timed, and what is not");
    html_close(h);
    page_plots(p, c);
    page_tables(p, c);
    page_papers(p, c);
    html_close(h);
}

static int write_page(struct page *p, struct failure *why) {
    p->html = html_new();
    write_head(p);
    html_open(p->html, "body", NULL);
    html_open(p->html, "main", NULL);
    write_first(p);
    page_problems(p);
    page_claims(p);
    page_then(p);
    page_method(p);
    for (size_t i = 0; i < p->chapter_count; i++)
        write_chapter(p, &p->chapters[i]);
    size_t length;
    scoped_text char *text = html_finish(p->html, &length);
    return folder_write(p->folder, "report.html", text, length, why);
}

int report_write(const struct run *run, struct verdicts *verdicts, struct folder *folder,
                 bool trust_plots, struct failure *why) {
    struct page p = {.run = run, .folder = folder, .tables = &verdicts->tables};
    struct failure no_plots = {0};
    open_chapters(&p, verdicts);
    int drawn = draw_plots(&p, trust_plots, &no_plots);
    int status = write_page(&p, why);
    if (!status && drawn) { /* the page is there, its plots are not */
        *why = no_plots;
        status = drawn;
    }
    close_page(&p);
    return status;
}
