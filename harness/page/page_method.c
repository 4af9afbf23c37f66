/* SPDX-License-Identifier: MIT */
/* page_method.c -- how it was measured: the clock and what it means, the machine, the images, and
 * each boot with its command line and outcome. The host's own name, load and time stay in run.json:
 * the page says what determines the figures. */
#include "page/page.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const meanings[] = {
    [CLOCK_ICOUNT] =
        "retired guest instructions, exact and the same on every machine. Each counts as one, even those that "
        "take long on real hardware: a system call, a page-table switch, a cache miss.",
    [CLOCK_TSC] =
        "cycles of a real processor. They are noisy, so each median carries a 95 % interval.",
    [CLOCK_HOST] =
        "nanoseconds on the host, by Google Benchmark. They give a sense of real time and never share an axis "
        "with the guests.",
    [CLOCK_SIZE] = "bytes, not time: such a row is a size.",
    [CLOCK_LINES] = "lines of source, not time: such a row is a size.",
    [CLOCK_INEXACT] =
        "retired guest instructions that depend on when a device answers, which the host decides: "
        "not the same from boot to boot.",
    [CLOCK_VIRTUAL] =
        "virtual nanoseconds: time that a modelled device takes, and the instructions beside it, "
        "each as one. Exact, and the same on every machine.",
    [CLOCK_EVENTS] = "how often something happened, not time.",
    [CLOCK_NONE] =
        "nothing: the boot had neither an exact nor a real clock, so it has checks but no figures.",
};

static void clocks(struct page *p) {
    struct html *h = p->html;
    bool used[CLOCK_NONE + 1] = {false};
    for (size_t i = 0; i < p->run->row_count; i++)
        if (p->run->rows[i].kind == ROW_BENCH && p->run->rows[i].state != ROW_MISSING)
            used[p->run->rows[i].clock] = true;
    html_open(h, "ul", NULL);
    for (enum clock c = 0; c <= CLOCK_NONE; c++)
        if (used[c]) {
            html_open(h, "li", NULL);
            html_text(h, "Clock ");
            html_line(h, "b", NULL, "%s", clock_name(c));
            html_text(h, " counts %s", meanings[c]);
            html_close(h);
        }
    html_line(h, "li", NULL,
              "All guests run on one machine type with -cpu max,-erms,-fsrm: each iteration of a "
              "rep instruction counts as one, so every system must move memory in the same way.");
    html_line(
        h, "li", NULL,
        "The empty bracket is measured in each image and subtracted. Of an even number of "
        "samples the median is the lower middle one, a value that was measured. p05 and p95 "
        "are percentiles by nearest rank; cold is the median of the first, unwarmed samples.");
    if (p->run->layouts > 1)
        html_line(h, "li", NULL, "%u layouts: images that differ only in the order of functions.",
                  p->run->layouts);
    if (p->run->quick)
        html_line(h, "li", NULL, "A quick run: fewer samples a row.");
    html_close(h);
}

/* A line of a definition table, unless VALUE is empty. */
static void fact(struct page *p, const char *name, const char *value) {
    if (!*value)
        return;
    html_open(p->html, "tr", NULL);
    html_line(p->html, "th", NULL, "%s", name);
    html_open(p->html, "td", NULL);
    html_line(p->html, "code", NULL, "%s", value);
    html_close(p->html);
    html_close(p->html);
}

static void facts(struct page *p) {
    const struct run *run = p->run;
    scoped_text char *samples = text_format("%u a row", run->samples),
                     *seed = text_format("%u", run->seed);
    scoped_text char *experiments = texts_join(&run->experiments, " "),
                     *systems = texts_join(&run->systems, " ");
    html_open(p->html, "details", NULL);
    html_line(p->html, "summary", NULL, "What the figures depend on");
    html_open(p->html, "div", "class", "scroll", NULL);
    html_open(p->html, "table", "class", "facts", NULL);
    fact(p, "revision", run->revision);
    fact(p, "uncommitted changes",
         run->dirty                         ? "yes"
         : strcmp(run->revision, "unknown") ? "none"
                                            : "");
    fact(p, "experiments", experiments);
    fact(p, "systems", systems);
    fact(p, "filter", run->filter);
    fact(p, "route", run->via);
    fact(p, "samples", samples);
    fact(p, "no counters", run->counters_why);
    fact(p, "seed", seed);
    if (!clock_exact(run->clock))
        fact(p, "processor", run->host_cpu);
    for (size_t i = 0; i + 1 < run->tools.count; i += 2)
        fact(p, run->tools.items[i], run->tools.items[i + 1]);
    html_close(p->html);
    html_close(p->html);
    html_close(p->html);
}

/* The overheads of the empty bracket in one boot, each once: "3" or "3, 5". */
static void overheads(struct page *p, size_t boot) {
    scoped_texts struct texts seen = {0};
    for (size_t i = 0; i < p->run->row_count; i++)
        for (size_t k = 0; k < p->run->rows[i].trial_count; k++) {
            const struct trial *t = &p->run->rows[i].trials[k];
            if (t->boot == boot && p->run->rows[i].kind == ROW_BENCH && t->line &&
                t->overhead > 0 && !texts_has(&seen, page_number(t->overhead)))
                texts_add(&seen, page_number(t->overhead));
        }
    scoped_text char *all = texts_join(&seen, ", ");
    if (*all)
        html_text(p->html, "Empty bracket: %s %s. ", all, clock_unit(p->run->boots[boot].clock));
}

static void boot(struct page *p, size_t index) {
    const struct boot *b = &p->run->boots[index];
    struct html *h = p->html;
    scoped_text char *qemu = texts_join(&b->qemu, " ");
    html_open(h, "article", "class", "boot", NULL);
    html_open(h, "h3", NULL);
    html_text(h, "%s", b->system);
    html_open(h, "small", NULL);
    if (*b->label)
        html_text(h, " %s,", b->label);
    html_text(h, " boot %u", b->boot);
    if (b->layout)
        html_text(h, ", layout %u", b->layout);
    html_text(h, ": %s", b->outcome);
    if (b->status)
        html_text(h, " (exit status %d)", b->status);
    html_close(h);
    html_close(h);
    html_open(h, "p", NULL);
    if (*b->detail)
        html_text(h, "%s. ", b->detail);
    html_text(h, "%llu records in ", (unsigned long long)b->records);
    html_link(h, b->raw, "%s", b->raw);
    html_text(h, ". ");
    overheads(p, index);
    html_close(h);
    html_open(h, "table", "class", "facts", NULL);
    fact(p, "fault", b->fault);
    fact(p, "image", b->image);
    fact(p, "SHA-256", b->image_sha256);
    fact(p, "build id", b->build_id);
    fact(p, "command line", b->command_line);
    fact(p, "QEMU", qemu);
    html_close(h);
    html_close(h);
}

void page_method(struct page *p) {
    html_open(p->html, "section", "id", "method", NULL);
    html_line(p->html, "h2", NULL, "How it was measured");
    clocks(p);
    facts(p);
    html_open(p->html, "details", NULL);
    html_line(p->html, "summary", NULL,
              "Each of the %zu boots: its end, its image, its command lines", p->run->boot_count);
    for (size_t i = 0; i < p->run->boot_count; i++)
        boot(p, i);
    html_close(p->html);
    html_open(p->html, "p", NULL);
    html_text(p->html, "Every input: ");
    html_link(p->html, "run.json", "run.json");
    html_text(p->html, "; every figure for programs: ");
    html_link(p->html, "summary.json", "summary.json");
    html_text(p->html, ". All of this page can be made again from run.json, raw/ and the copies of "
                       "the experiments: ");
    html_line(p->html, "code", "command", "./exospin report DIR --from-raw");
    html_close(p->html);
    html_close(p->html);
}
