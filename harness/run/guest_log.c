/* SPDX-License-Identifier: MIT */
/* guest_log.c -- a guest's raw serial log, record by record: each is held against what the records
 * before it promised, and kept. What was promised and never came is due.c's.
 *
 * What was seen from outside (a panic's exit value, a triple fault, a hang) is in the boot's status
 * already and comes first among its problems. */
#include "run/collection.h"
#include "run/boot_line.h"
#include "run/due.h"
#include "base/memory.h"
#include "base/scope.h"
#include "log/reader.h"
#include "log/record.h"
#include "base/status.h"
#include "guest/qemu.h"

#include <stdlib.h>
#include <string.h>

struct guest_log {
    struct collection *c;
    size_t index;      /* of the boot */
    struct boot *boot; /* while something of it is at hand: boots move as more are added */
    bool restarted;    /* another hello: nothing after it belongs to this boot */
    bool plan_ended;   /* the plan's count was told */
    bool plan_whole;   /* and is right */
    bool early;        /* a row came before that, which was said */
    bool lost;         /* the reader missed something, so counts cannot be right */
    bool crowded;      /* rows were dropped, for there were too many */
    uint64_t planned, benches, checks, failed, faults; /* faults: expected ones, too */
    uint16_t requests;                                 /* to its disks, as done says */
    char *told;            /* the words that the guest was booted with, "" if it does not say */
    struct row_specs plan; /* its rows, by name and number */
    uint64_t offset, line; /* of the record at hand */
};

static void problem_here(struct guest_log *g, int status, const char *spec, const char *what) {
    scoped_text char *name = *spec ? collection_name(g->c, spec) : text_copy("");
    collection_problem(g->c, status, name, g->offset, g->line, "%s:%llu: %s%s%s", g->boot->raw,
                       (unsigned long long)g->line, name, *name ? " " : "", what);
}

/* The trial of the row SPEC; null, which is said once, where there are too many. */
static struct trial *trial_of(struct guest_log *g, const char *spec, enum row_kind kind,
                              bool *fresh) {
    struct trial *trial = collection_trial(g->c, spec, kind, fresh);
    if (!trial && !g->crowded)
        problem_here(g, STATUS_DAMAGED, "", "more rows than a boot may have; the rest was dropped");
    g->crowded |= !trial;
    return trial;
}

static uint64_t number(const struct record *record, const char *key) {
    uint64_t value = 0;
    record_number(record, key, &value); /* the reader has seen that it is one */
    return value;
}

static void take_hello(struct guest_log *g, const struct record *record) {
    struct boot *b = g->boot;
    if (b->done) {
        problem_here(g, STATUS_DAMAGED, "",
                     "another session begins, which belongs into a raw log of its own");
        g->restarted = true;
        return;
    }
    b->hello = true;
    run_set(&b->hello_system, record_value(record, "system"));
    run_set(&b->hello_build, record_value(record, "build"));
    clock_find(record_value(record, "clock"), &b->clock);
    b->tsc_hz = number(record, "tsc_hz");
    const char *told = record_value(record, "told");
    run_set(&g->told, told ? told : "");
    if (strcmp(b->system, b->hello_system) != 0)
        problem_here(g, STATUS_PLAN, "", "another system than was booted says hello");
    if (*b->build_id && strcmp(b->build_id, b->hello_build) != 0)
        problem_here(g, STATUS_PLAN, "", "the build id is not the booted image's");
}

/* The plan is at its end. What run= lists and no row of it answers to, the guest does not have. */
static void end_plan(struct guest_log *g, uint64_t count) {
    struct failure why;
    bool first = !g->plan_ended;
    g->plan_ended = true;
    g->plan_whole = count == g->planned;
    if (g->lost)
        return;
    if (!g->plan_whole)
        problem_here(g, STATUS_PLAN, "", "the plan's count is not that of its rows");
    else if (first && boot_line_rows(g->told, g->boot->system, &g->plan, &why))
        problem_here(g, STATUS_PLAN, "", why.text);
}

static void take_plan(struct guest_log *g, const struct record *record) {
    if (g->plan_ended)
        problem_here(g, STATUS_PLAN, "", "a plan record stands behind the plan's end");
    if (record_value(record, "count")) {
        end_plan(g, number(record, "count"));
        return;
    }
    const char *spec = record_value(record, "name");
    bool check = !strcmp(record_value(record, "kind"), "check"), fresh;
    if (trial_of(g, spec, check ? ROW_CHECK : ROW_BENCH, &fresh) && fresh)
        rows_add(&g->plan, spec, "", check, (unsigned)number(record, "row"));
    g->planned++;
    if (!fresh)
        problem_here(g, STATUS_PLAN, spec, "stands twice in the plan");
}

/* What belongs behind the plan's end is at hand. */
static void plan_end_check(struct guest_log *g) {
    if (!g->plan_ended && !g->lost && !g->early)
        problem_here(g, STATUS_PLAN, "", "the plan has not ended: no count was told");
    g->early |= !g->plan_ended;
}

/* The trial of the record at hand, whose first record it may be, or null. */
static struct trial *trial_here(struct guest_log *g, const struct record *record,
                                enum row_kind kind) {
    const char *spec = record_value(record, "name");
    bool fresh;
    plan_end_check(g);
    struct trial *trial = trial_of(g, spec, kind, &fresh);
    if (!trial)
        return NULL;
    if (trial->kind != kind) {
        problem_here(g, STATUS_PLAN, spec,
                     kind == ROW_CHECK ? "was planned as a bench" : "was planned as a check");
        return NULL;
    }
    if (fresh && g->plan_whole)
        problem_here(g, STATUS_PLAN, spec, "was not in the plan");
    if (!trial->line) {
        trial->offset = g->offset;
        trial->line = g->line;
    }
    return trial;
}

static void take_bench(struct guest_log *g, const struct record *record) {
    struct trial *trial = trial_here(g, record, ROW_BENCH);
    g->benches++;
    if (!trial)
        return;
    if (trial->batch) {
        problem_here(g, STATUS_DAMAGED, record_value(record, "name"), "was measured before");
        return;
    }
    clock_find(record_value(record, "clock"), &trial->clock);
    bool by_icount = (trial->clock == CLOCK_INEXACT || trial->clock == CLOCK_VIRTUAL) &&
                     g->boot->clock == CLOCK_ICOUNT;
    if (g->boot->hello && trial->clock != g->boot->clock && !clock_is_size(trial->clock) &&
        trial->clock != CLOCK_NONE && !by_icount)
        problem_here(g, STATUS_DAMAGED, record_value(record, "name"),
                     "has another clock than its session");
    trial->overhead = (double)number(record, "overhead");
    trial->batch = number(record, "batch");
    trial->warm = number(record, "warm");
    trial->cold.announced = number(record, "cold");
    trial->steady.announced = number(record, "steady");
    trial->began = number(record, "began");
    trial->ended = number(record, "ended");
    const char *skip = record_value(record, "skip"); /* what the machine lacks for it */
    if (skip) {
        trial->verdict = VERDICT_SKIP;
        run_set(&trial->why, skip);
    }
}

static void take_samples(struct guest_log *g, const struct record *record) {
    struct trial *trial = trial_here(g, record, ROW_BENCH);
    bool cold = !strcmp(record_value(record, "phase"), "cold");
    const char *list = record_value(record, "v");
    uint64_t value, count;
    while (trial && samples_next(&list, &value, &count))
        if (!collection_samples(g->c, cold ? &trial->cold : &trial->steady, (double)value, count)) {
            problem_here(g, STATUS_DAMAGED, record_value(record, "name"),
                         "has more samples than a boot or a run may have; the rest was dropped");
            return;
        }
}

static void take_check(struct guest_log *g, const struct record *record) {
    const char *spec = record_value(record, "name"), *word = record_value(record, "verdict");
    const char *why = record_value(record, "why");
    struct trial *trial = trial_here(g, record, ROW_CHECK);
    g->checks++;
    g->failed += !strcmp(word, "fail");
    if (!trial)
        return;
    if (trial->verdict != VERDICT_NONE)
        problem_here(g, STATUS_DAMAGED, spec, "was reported before");
    if (trial->verdict == VERDICT_FAIL) /* and stays one */
        return;
    trial->verdict = !strcmp(word, "fail")   ? VERDICT_FAIL
                     : !strcmp(word, "skip") ? VERDICT_SKIP
                                             : VERDICT_PASS;
    run_set(&trial->why, why ? why : "");
    if (trial->verdict == VERDICT_FAIL) {
        scoped_text char *what = text_format("failed: %s", trial->why);
        problem_here(g, STATUS_CHECK, spec, what);
    }
}

/* Those fields of a fault that say most; every register is in the raw log. */
static bool fault_field_tells(const char *key) {
    static const char *const registers[] = {"rax", "rbx", "rcx", "rdx",    "rsi", "rdi",
                                            "r8",  "r9",  "r10", "r11",    "r12", "r13",
                                            "r14", "r15", "rbp", "rflags", "cs",  "ss"};
    for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++)
        if (!strcmp(key, registers[i]))
            return false;
    return true;
}

/* "where=kernel vector=14 ...", as a person reads it. */
static char *fault_text(const struct record *record) {
    scoped_texts struct texts words = {0};
    for (size_t i = 0; i < record->field_count; i++)
        if (fault_field_tells(record->fields[i].key))
            texts_take(&words,
                       text_format("%s=%s", record->fields[i].key, record->fields[i].value));
    return texts_join(&words, " ");
}

/* A check that makes user code fault on purpose marks the record expected=1; the kernel's own are
 * never meant to be. */
static void take_fault(struct guest_log *g, const struct record *record) {
    bool user = !strcmp(record_value(record, "where"), "user");
    g->faults++;
    if (user && number(record, "expected"))
        return;
    scoped_text char *text = fault_text(record);
    if (!g->boot->faults++)
        run_set(&g->boot->fault, text);
    scoped_text char *what = text_format("fault: %s", text);
    problem_here(g, user ? STATUS_USER_FAULT : STATUS_PANIC, "", what);
}

static void take_done(struct guest_log *g, const struct record *record) {
    g->boot->done = true;
    plan_end_check(g);
    g->requests = (uint16_t)number(record, "requests");
    if (g->lost)
        return; /* named where it was noticed */
    if (number(record, "records") != record->sequence || number(record, "benches") != g->benches ||
        number(record, "checks") != g->checks || number(record, "failed") != g->failed ||
        number(record, "faults") != g->faults)
        problem_here(g, STATUS_LOST, "", "done counts other records than came");
}

static void take_diagnosis(struct guest_log *g, const struct reader_event *e) {
    g->lost = true;
    scoped_text char *what = text_format("%s: %s (%.*s)", diagnosis_name(e->diagnosis),
                                         diagnosis_sentence(e->diagnosis), (int)e->length, e->text);
    problem_here(g, diagnosis_status(e->diagnosis), "", what);
}

static void take_record(struct guest_log *g, const struct record *record) {
    static void (*const takers[RECORD_TYPES])(struct guest_log *, const struct record *) = {
        [RECORD_HELLO] = take_hello,     [RECORD_PLAN] = take_plan,   [RECORD_BENCH] = take_bench,
        [RECORD_SAMPLES] = take_samples, [RECORD_CHECK] = take_check, [RECORD_FAULT] = take_fault,
        [RECORD_DONE] = take_done,
    };
    g->boot->records++;
    if (takers[record->type])
        takers[record->type](g, record);
}

/* What the collection is told from here on is of this log's boot. */
static void turn_to(struct guest_log *g) {
    collection_boot(g->c, g->index);
    g->boot = &g->c->run->boots[g->index];
}

void guest_log_event(void *log, const struct reader_event *e) {
    struct guest_log *g = log;
    turn_to(g);
    g->offset = e->offset;
    g->line = e->line;
    if (g->restarted)
        return;
    switch (e->kind) {
    case READER_RECORD:
        take_record(g, &e->record);
        break;
    case READER_TEXT:
        g->boot->text_lines++;
        break;
    case READER_DIAGNOSIS:
        take_diagnosis(g, e);
        g->restarted = e->diagnosis == DIAGNOSIS_RESTART;
        break;
    }
}

/* What QEMU saw of its disks is known once it has ended; of an imported log it is not. Our kernels
 * count, modulo 2^16. Linux does not, nor does firmware that looks for what to boot. */
static void finish_requests(struct guest_log *g) {
    const struct boot *b = g->boot;
    bool counts = b->disks.count && strcmp(b->system, "linux") != 0 &&
                  !strcmp(g->c->run->via, via_names[VIA_KERNEL]);
    if (counts && b->done && !b->status && (uint16_t)b->requests != g->requests)
        collection_problem(g->c, STATUS_LOST, "", 0, 0,
                           "%s: the guest counts %u requests to its disks, QEMU %u (modulo 65536)",
                           b->raw, g->requests, (uint16_t)b->requests);
}

/* An end that nothing else explains. */
static void finish_end(struct guest_log *g) {
    struct boot *b = g->boot;
    if (b->status || g->restarted || b->faults)
        return;
    if (!b->hello)
        collection_problem(g->c, STATUS_NO_HELLO, "", 0, 0, "%s: no hello in %llu lines of text",
                           b->raw, (unsigned long long)b->text_lines);
    else if (!b->done)
        collection_problem(g->c, STATUS_EARLY, "", 0, 0, "%s: no done after %llu records", b->raw,
                           (unsigned long long)b->records);
}

struct guest_log *guest_log_begin(struct collection *c, size_t boot) {
    struct guest_log *g = memory_new(1, sizeof *g);
    *g = (struct guest_log){.c = c, .index = boot, .told = text_copy("")};
    return g;
}

void guest_log_end(struct guest_log *g, bool came) {
    turn_to(g);
    collection_outside(g->c, came);
    due_judge(g->c, g->lost);
    if (came) {
        finish_end(g);
        finish_requests(g);
    }
    rows_free(&g->plan);
    free(g->told);
    free(g);
}

void guest_log_collect(struct collection *c, const char *bytes, size_t length) {
    struct guest_log *g = guest_log_begin(c, c->boot);
    struct reader *reader = reader_new(guest_log_event, g);
    if (bytes)
        reader_feed(reader, bytes, length);
    reader_end(reader);
    reader_free(reader);
    guest_log_end(g, bytes);
}
