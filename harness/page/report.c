/* SPDX-License-Identifier: MIT */
/* report.c -- report.html from top to bottom: what went wrong, the verdicts, then each experiment's
 * plots and tables, and how it all was measured. The parts are in page_*.c, the looks in
 * report.css. */
#include "page/report.h"
#include "base/scope.h"
#include "base/memory.h"
#include "page/page.h"
#include "page/plot.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"

#include <stdlib.h>
#include <string.h>

/* ---- gather ---- */

/* A chapter for each experiment, in the order of the command line. */
static void open_chapters(struct page *p, const struct verdicts *verdicts) {
    p->chapters = memory_new(verdicts->count, sizeof *p->chapters);
    p->chapter_count = verdicts->count;
    for (size_t i = 0; i < verdicts->count; i++)
        p->chapters[i] = (struct chapter){.experiment = verdicts->lists[i].experiment,
                                          .claims = verdicts->lists[i].claims};
}

static int draw_plots(struct page *p, bool trust, struct failure *why) {
    int status = 0;
    for (size_t i = 0; i < p->chapter_count && !status; i++) {
        struct chapter *c = &p->chapters[i];
        status =
            plot_experiment(p->run, c->experiment, p->folder, trust, &p->files, &c->stands_in, why);
    }
    plot_sweep(p->folder, &p->files);
    return status;
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

/* Its name, as a link to its chapter; checks have none. */
static void write_experiment(struct page *p, const char *name) {
    for (size_t i = 0; i < p->chapter_count; i++)
        if (!strcmp(p->chapters[i].experiment->name, name)) {
            scoped_text char *chapter = text_format("#%s", name);
            html_link(p->html, chapter, "%s", name);
            return;
        }
    html_text(p->html, "%s", name);
}

static void write_title(struct page *p) {
    const struct run *run = p->run;
    struct html *h = p->html;
    scoped_text char *systems = texts_join(&run->systems, ", ");
    html_line(h, "h1", NULL, "Can an operating system be extensible, safe and fast at once?");
    html_open(h, "p", "class", "lead", NULL);
    html_text(h, "One run of exospin, revision ");
    html_line(h, "code", NULL, "%s", run->revision);
    if (*run->revision_why)
        html_text(h, " (%s)", run->revision_why);
    html_text(h, "%s: the experiments ", run->dirty ? " with uncommitted changes" : "");
    for (size_t i = 0; i < run->experiments.count; i++) {
        html_text(h, "%s", i ? ", " : "");
        write_experiment(p, run->experiments.items[i]);
    }
    html_text(h, " on %s, by the clock %s (%s).", systems, clock_name(run->clock),
              clock_unit(run->clock));
    html_close(h);
}

static void write_chapter(struct page *p, const struct chapter *c) {
    struct html *h = p->html;
    scoped_text char *readme = text_format("experiments/%s/README.md", c->experiment->name);
    html_open(h, "section", "id", c->experiment->name, NULL);
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
    write_title(p);
    page_problems(p);
    page_claims(p);
    for (size_t i = 0; i < p->chapter_count; i++)
        write_chapter(p, &p->chapters[i]);
    page_method(p);
    size_t length;
    scoped_text char *text = html_finish(p->html, &length);
    return folder_write(p->folder, "report.html", text, length, why);
}

int report_write(const struct run *run, struct verdicts *verdicts, struct folder *folder,
                 bool trust_plots, struct failure *why) {
    struct page p = {.run = run, .folder = folder, .shelf = &verdicts->shelf};
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
