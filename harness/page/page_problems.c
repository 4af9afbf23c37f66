/* SPDX-License-Identifier: MIT */
/* page_problems.c -- what is wrong with a run: in a line before everything else that it is partial,
 * and behind the answers each failure with its place, and what the checks in the guests said. */
#include "page/page.h"
#include "base/assert.h"
#include "base/status.h"

#include <string.h>

static void problem(struct page *p, const struct problem *problem) {
    struct html *h = p->html;
    assert_that(problem->boot < p->run->boot_count);
    const struct boot *b = &p->run->boots[problem->boot];
    const struct status_entry *status = status_find(problem->status);
    html_open(h, "li", NULL);
    html_line(h, "b", NULL, "%s", status->name);
    html_text(h, " (exit status %d) in %s%s%s, boot %u", problem->status, b->system,
              *b->label ? " with " : "", b->label, b->boot);
    if (*problem->row) {
        html_text(h, ", row ");
        html_name(h, problem->row);
    }
    html_text(h, ": %s. ", problem->text);
    if (problem->line)
        html_link(h, b->raw, "%s, line %llu, byte %llu", b->raw, (unsigned long long)problem->line,
                  (unsigned long long)problem->offset);
    else if (*b->raw)
        html_link(h, b->raw, "%s", b->raw);
    if (*status->mend) {
        html_text(h, " ");
        html_line(h, "small", NULL, "%s", status->mend);
    }
    html_close(h);
}

static void problems(struct page *p) {
    html_open(p->html, "section", "id", "problems", NULL);
    html_line(p->html, "h2", NULL, "What went wrong");
    html_open(p->html, "ul", "class", "problems", NULL);
    for (size_t i = 0; i < p->run->problem_count; i++)
        problem(p, &p->run->problems[i]);
    html_close(p->html);
    html_close(p->html);
}

static void checks(struct page *p) {
    size_t by[4] = {0}, all = 0;
    for (size_t i = 0; i < p->run->row_count; i++)
        if (p->run->rows[i].kind == ROW_CHECK) {
            by[p->run->rows[i].verdict]++;
            all++;
        }
    if (!all)
        return;
    html_open(p->html, "p", NULL);
    html_text(p->html, "Checks inside the guests: %zu passed, %zu failed", by[VERDICT_PASS],
              by[VERDICT_FAIL]);
    if (by[VERDICT_SKIP])
        html_text(p->html, ", %zu skipped", by[VERDICT_SKIP]);
    if (by[VERDICT_NONE])
        html_text(p->html, ", %zu never reported", by[VERDICT_NONE]);
    html_text(p->html, ".");
    html_close(p->html);
}

void page_banner(struct page *p) {
    struct html *h = p->html;
    size_t count = p->run->problem_count;
    if (p->run->complete && !count)
        return;
    html_open(h, "p", "class", "banner", NULL);
    if (!p->run->complete) {
        html_line(h, "b", NULL, "This run is partial");
        html_text(h, ": %s. Only what had arrived is shown, and its verdicts are about that. ",
                  *p->run->partial ? p->run->partial : "it was not finished");
    }
    if (count)
        html_link(h, "#problems", count == 1 ? "What went wrong" : "What went wrong, %zu times",
                  count);
    html_close(h);
}

void page_problems(struct page *p) {
    if (p->run->problem_count)
        problems(p);
    checks(p);
}
