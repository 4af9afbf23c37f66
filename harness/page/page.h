/* SPDX-License-Identifier: MIT */
/* page.h -- the parts of report.html, each in its file; report.c puts them in order. */
#ifndef HARNESS_PAGE_H
#define HARNESS_PAGE_H

#include "result/claims.h"
#include "page/html.h"
#include "result/table.h"
#include "run/run.h"

/* An experiment with all that the page says about it. */
struct chapter {
    const struct experiment *experiment;
    const struct judged *claims;
    bool stands_in; /* its figures are builtin.gp's, for its own plot.gp was not run */
};

struct page {
    struct html *html;
    const struct run *run;
    struct folder *folder;
    struct chapter *chapters;
    size_t chapter_count;
    struct papers *tables; /* the verdicts' */
    struct texts files;    /* in plots/ */
};

void page_banner(struct page *p);   /* page_problems.c: that the run is partial, in a line */
void page_problems(struct page *p); /* the same: what went wrong */
void page_answers(struct page *p);  /* page_answers.c: what it all costs, on the first screen */
bool page_has_claims(const struct page *p);
void page_claims(struct page *p); /* page_claims.c: the verdicts */
bool page_has_then(const struct page *p);
void page_then(struct page *p); /* page_plots.c: then and now, if it was drawn */
void page_plots(struct page *p, const struct chapter *c);  /* page_plots.c */
void page_tables(struct page *p, const struct chapter *c); /* page_tables.c: each system's rows */
/* page_wires.c: the frames that T's rows sent, if they were captured. */
void page_wires(struct page *p, const struct table *t);
/* page_counters.c: what was counted beside T's figures, if anything was. */
void page_counters(struct page *p, const struct table *t);
void page_papers(struct page *p,
                 const struct chapter *c); /* page_papers.c: the papers' rows beside ours */
void page_method(struct page *p);          /* page_method.c: how it was measured */

/* Draws then and now: then.c. As plot_experiment. */
int then_draw(struct page *p, struct failure *why);

/* What several parts need, in page.c. */

/* A figure as a reader wants it: whole ones and those from 1,000 on whole, others with three
 * digits; "–" for NAN. What these three give is good for three more calls. */
const char *page_number(double value);
/* The same with × behind it. */
const char *page_times(double value);
/* "1 instruction", "24 instructions" */
const char *page_amount(double value, enum clock clock);

/* In a table of T's lines, before LINE: opens a body for each family; the head of one of several
 * lines stands above them. COLUMNS: all of the table's. In page_tables.c. */
void page_family(struct page *p, const struct table *t, size_t line, size_t columns);

/* What a reader calls SYSTEM: "Linux". */
const char *page_system(const char *system);

/* A link to where TRIAL's records begin in its raw log. */
void page_raw_link(struct page *p, const struct trial *t);

/* The command that measures ROW again, as a new string. */
char *page_command(const struct run *run, const struct row *row);

/* The dagger that marks a recalled number. */
void page_dagger(struct page *p);

#endif
