/* SPDX-License-Identifier: MIT */
/* guest.c -- follow one boot and say how it ended. */
#include "guest/guest.h"
#include "base/assert.h"
#include "base/process.h"
#include "base/scope.h"
#include "measure/protocol.h"
#include "base/status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A guest whose clock does not move for this long, while QEMU sleeps, waits for nothing: cli; hlt
 * without a timer. In host seconds. */
static const double STANDSTILL = 10;
/* The same while QEMU computes, in seconds of a processor. Its clock is that of the last time it
 * left the guest's code, which may be 2^31 instructions ago. */
static const double STANDS_BUSY = 100;
/* How long after `done` a guest may take to leave. */
static const double FAREWELL = 5;
/* The harness looks a hundred times a second: after this long it was stopped itself. */
static const double STOOD_STILL = 1;
/* How often the guest's clock is asked for. */
static const double ASK_EVERY = 0.2;
/* Lines of log text that a message repeats. */
enum { TAIL_LINES = 4 };

double guest_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- what the log says while it grows ---- */

static void take_record(struct guest *g, const struct record *record) {
    const char *name = record_value(record, "name");
    uint64_t expected;
    g->heard = guest_now();
    g->heard_ns = g->qemu.qmp.guest_ns;
    switch (record->type) {
    case RECORD_HELLO:
        g->hello = true;
        break;
    case RECORD_PLAN:
        if (name)
            texts_add(&g->planned, name);
        break;
    case RECORD_BENCH:
    case RECORD_CHECK:
        g->arrived++;
        break;
    case RECORD_FAULT:
        if (!record_number(record, "expected", &expected) || !expected)
            g->faulted = true;
        break;
    case RECORD_DONE:
        g->done = true;
        break;
    default:
        break;
    }
}

static void take_text(struct guest *g, const char *text) {
    if (!*text)
        return;
    /* Stock Linux has no pvpanic driver without its modules, so its own words must do. */
    const char *panic = strstr(text, "Kernel panic - not syncing");
    if (panic && !g->panic)
        g->panic = text_copy(panic);
    assert_that(g->tail.count <= TAIL_LINES);
    if (g->tail.count == TAIL_LINES) {
        free(g->tail.items[0]);
        memmove(g->tail.items, g->tail.items + 1, (TAIL_LINES - 1) * sizeof *g->tail.items);
        g->tail.count--;
    }
    texts_add(&g->tail, text);
}

static void take_event(void *context, const struct reader_event *event) {
    struct guest *g = context;
    if (g->hear)
        g->hear(g->hearer, event);
    switch (event->kind) {
    case READER_RECORD:
        take_record(g, &event->record);
        break;
    case READER_TEXT:
        take_text(g, event->text);
        break;
    case READER_DIAGNOSIS:
        g->cut = event->diagnosis == DIAGNOSIS_CUT;
        break;
    }
}

static void follow_log(struct guest *g) {
    char bytes[65536];
    ssize_t count;
    /* A guest may write as fast as we read, while it runs. */
    while ((g->qemu.ended || g->log_bytes <= GUEST_LOG_MAX) &&
           (count = read(g->log, bytes, sizeof bytes)) > 0) {
        reader_feed(g->reader, bytes, (size_t)count);
        g->log_bytes += (size_t)count;
    }
}

const char *guest_row(const struct guest *g) {
    return g->arrived < g->planned.count ? g->planned.items[g->arrived] : NULL;
}

/* ---- how it ended ---- */

/* ", in ROW; it last said: ..." for a message; a new string. */
static char *circumstances(const struct guest *g) {
    const char *row = guest_row(g);
    scoped_text char *tail = texts_join(&g->tail, " | ");
    char *where =
        row        ? text_format(", in %s (row %zu of %zu)", row, g->arrived + 1, g->planned.count)
        : g->hello ? text_copy(g->planned.count ? ", after its last row" : ", outside any row")
                   : text_copy(", before hello");
    char *text = text_format("%s%s%s", where, *tail ? "; it last said: " : "", tail);
    free(where);
    return text;
}

/* The registers that tell most of a triple fault, from QEMU's "info registers"; a new string. */
static char *last_registers(const char *registers) {
    static const char *const names[] = {"RIP=", "RSP=", "CR2=", "CR3="};
    scoped_texts struct texts parts = {0};
    for (size_t i = 0; registers && i < sizeof names / sizeof names[0]; i++) {
        const char *at = strstr(registers, names[i]);
        if (at)
            texts_take(&parts, text_format("%.*s", (int)strcspn(at, " \r\n"), at));
    }
    return texts_join(&parts, " ");
}

static void conclude(struct guest *g, int status, char *what) {
    assert_that(status >= 0 && what);
    scoped_text char *where = status ? circumstances(g) : text_copy("");
    g->status = status;
    free(g->detail);
    g->detail = text_format("%s%s", what, where);
    free(what);
}

static char *silence(const struct guest *g, double limit, const char *since) {
    if (g->stands)
        return text_format("nothing heard %s, and its clock stands still", since);
    return text_format("nothing heard for %g s of %s time %s", limit,
                       g->virtual_time ? "guest" : "host", since);
}

/* QEMU left by itself, but not by one of the guest's doors: signal, or its own failure. */
static bool qemu_failed(const struct guest *g) {
    int status = g->qemu.wait_status;
    if (*g->qemu.qmp.shutdown)
        return !strncmp(g->qemu.qmp.shutdown, "host-", 5);
    if (g->killed)
        return false;
    if (WIFSIGNALED(status))
        return true;
    bool door = WEXITSTATUS(status) == 0 ||
                WEXITSTATUS(status) == PROTOCOL_EXIT_STATUS(PROTOCOL_EXIT_DONE) ||
                WEXITSTATUS(status) == PROTOCOL_EXIT_STATUS(PROTOCOL_EXIT_EARLY) ||
                WEXITSTATUS(status) == PROTOCOL_EXIT_STATUS(PROTOCOL_EXIT_PANIC) ||
                WEXITSTATUS(status) == PROTOCOL_EXIT_STATUS(PROTOCOL_EXIT_FAULT);
    return !door;
}

static char *qemu_death(const struct guest *g) {
    int status = g->qemu.wait_status;
    char *words = qemu_words(&g->qemu), *text;
    if (*g->qemu.qmp.shutdown)
        text = text_format("QEMU was told to end (%s)", g->qemu.qmp.shutdown);
    else if (WIFSIGNALED(status))
        text = text_format("QEMU was ended by signal %d (%s)", WTERMSIG(status),
                           strsignal(WTERMSIG(status)));
    else
        text = text_format("QEMU ended with status %d%s%s", WEXITSTATUS(status), *words ? ": " : "",
                           words);
    free(words);
    return text;
}

/* The one place where signs become an outcome, strongest sign first: what a guest does after it
 * panicked (reset, silence) is the panic's consequence. A log that stops in the middle of a record
 * is for its hearer to report (18): silence is then what follows from it. */
static void judge(struct guest *g) {
    const struct qmp *qmp = &g->qemu.qmp;
    int left = WIFEXITED(g->qemu.wait_status) ? WEXITSTATUS(g->qemu.wait_status) : -1;
    scoped_text char *log = qemu_cpu_log(&g->qemu);
    if (g->signal)
        conclude(g, STATUS_SIGNAL + g->signal, text_format("ended by signal %d", g->signal));
    else if (qmp->panicked || g->panic || left == PROTOCOL_EXIT_STATUS(PROTOCOL_EXIT_PANIC))
        conclude(g, STATUS_PANIC, text_copy(g->panic ? g->panic : "the guest's kernel panicked"));
    else if (strstr(log, "Triple fault"))
        conclude(g, STATUS_TRIPLE, last_registers(qmp->registers)); /* where it gave up */
    else if (!strcmp(qmp->shutdown, "guest-reset"))
        conclude(g, STATUS_RESET, text_copy("the guest reset the machine"));
    else if (g->flooded_log)
        conclude(g, g->hello ? STATUS_HANG : STATUS_NO_HELLO,
                 text_format("more than %u MiB came over its serial line", GUEST_LOG_MAX >> 20));
    else if (g->flooded_words)
        conclude(
            g, STATUS_QEMU_DIED,
            text_format("QEMU itself wrote more than %u MiB and was ended", GUEST_WORDS_MAX >> 20));
    else if (g->expired && !g->cut)
        conclude(g, g->expired,
                 g->expired == STATUS_NO_HELLO
                     ? silence(g, g->limits.boot, "since its start")
                     : silence(g, g->limits.bench, "since its last record"));
    else if (!g->expired && qemu_failed(g))
        conclude(g, STATUS_QEMU_DIED, qemu_death(g));
    else if (!g->done && !g->cut && !g->faulted)
        conclude(g, STATUS_EARLY, text_copy("the guest ended in order, without `done`"));
    else
        conclude(g, 0, text_copy(""));
}

static void finish(struct guest *g) {
    g->killed = !g->qemu.ended;
    qemu_kill(&g->qemu);
    assert_that(g->qemu.ended); /* the log grows no more */
    follow_log(g);
    reader_end(g->reader);
    judge(g);
}

/* ---- time ---- */

/* Looks at the clock that QEMU answered last, and asks again. What a loaded host keeps from QEMU is
 * no standstill, before its first answer either: who waits for a processor does not sleep. */
static void look_at_clock(struct guest *g) {
    uint64_t ns = g->qemu.qmp.guest_ns;
    double used = process_seconds(g->qemu.pid);
    if (ns != g->seen_ns) {
        g->stood = 0;
        g->used = used;
    }
    g->seen_ns = ns;
    if (process_sleeps(g->qemu.pid))
        g->stood += ASK_EVERY;
    g->stands = g->stood > STANDSTILL || used - g->used > STANDS_BUSY;
    if (g->stale && !g->qemu.qmp.asked) {
        g->stale--;
        g->heard_ns = ns;
    }
    qmp_ask_time(&g->qemu.qmp);
}

/* Which time-out has passed, or 0. */
static int expired(struct guest *g) {
    double now = guest_now(), silent = now - g->heard;
    if (g->virtual_time && now - g->asked > ASK_EVERY) {
        g->asked = now;
        look_at_clock(g);
    }
    if (g->virtual_time)
        silent = g->stale ? 0 : 1e-9 * (double)(g->qemu.qmp.guest_ns - g->heard_ns);
    if (!g->stands && silent <= (g->hello ? g->limits.bench : g->limits.boot))
        return 0;
    return g->hello ? STATUS_HANG : STATUS_NO_HELLO;
}

/* Where the harness itself stood still (SIGSTOP, Ctrl-Z), what it did not see is no silence. */
static void forgive(struct guest *g) {
    double now = guest_now(), stood = g->looked > 0 ? now - g->looked : 0;
    g->looked = now;
    if (stood < STOOD_STILL)
        return;
    g->heard += stood;
    g->stale = 2; /* the answer that is due is an old one */
    g->shut += g->shut > 0 ? stood : 0;
}

/* Whether a guest whose QEMU still runs has come to its end. */
static bool over(struct guest *g) {
    g->flooded_log = g->log_bytes > GUEST_LOG_MAX;
    g->flooded_words =
        qemu_wrote(&g->qemu) > GUEST_WORDS_MAX + (g->has_disks ? GUEST_TRACE_MAX : 0);
    if (g->flooded_log || g->flooded_words)
        return true;
    if (*g->qemu.qmp.shutdown) { /* it stands still; its registers are on the way */
        if (g->shut == 0)
            g->shut = guest_now();
        return g->qemu.qmp.registers || guest_now() - g->shut > 1;
    }
    if (g->done)
        return guest_now() - g->heard > FAREWELL;
    g->expired = expired(g);
    return g->expired;
}

int guest_start(struct guest *g, const char *name, const struct qemu_boot *b, const char *raw,
                const struct guest_limits *limits, reader_callback *hear, void *hearer,
                struct failure *why) {
    assert_that(limits->boot > 0 && limits->bench > 0);
    *g = (struct guest){.virtual_time = b->clock == CLOCK_ICOUNT,
                        .has_disks = b->disks > 0,
                        .limits = *limits,
                        .hear = hear,
                        .hearer = hearer};
    /* The log exists before QEMU does, so that an unwritable place is known now and not
     * by silence. */
    g->log = open(raw, O_RDONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (g->log < 0)
        return failure_set_errno(why, "write", raw);
    int failed = qemu_start(&g->qemu, b, why);
    if (failed) {
        close(g->log);
        return failed;
    }
    g->name = text_copy(name);
    g->detail = text_copy("");
    g->reader = reader_new(take_event, g);
    g->started = g->heard = guest_now();
    return 0;
}

bool guest_poll(struct guest *g) {
    bool runs = qemu_poll(&g->qemu);
    forgive(g);
    follow_log(g);
    if (runs && !over(g))
        return true;
    finish(g);
    return false;
}

void guest_interrupt(struct guest *g, int signal) {
    if (qemu_poll(&g->qemu) && !g->done)
        g->signal = signal;
    finish(g);
}

void guest_close(struct guest *g) {
    qemu_close(&g->qemu);
    close(g->log);
    reader_free(g->reader);
    texts_free(&g->planned);
    texts_free(&g->tail);
    free(g->name);
    free(g->panic);
    free(g->detail);
}
