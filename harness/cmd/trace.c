/* SPDX-License-Identifier: MIT */
/* trace.c -- exospin trace: the instructions inside one steady bracket of a row, one a line, with
 * symbols. QEMU runs the row as a measurement does and a plugin (plugin/trace.c) writes down what
 * is executed between the marks. */
#include "experiment/boot_disks.h"
#include "experiment/boot_net.h"
#include "run/boot_line.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "cmd/cli.h"
#include "base/die.h"
#include "guest/guest.h"
#include "base/interrupt.h"
#include "guest/initrd.h"
#include "guest/make.h"
#include "guest/plugin.h"
#include "base/status.h"
#include "log/reader.h"
#include "guest/symbols.h"
#include "base/tree.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As the guests take samples (kernels/measure/timing.c): cold, then WARM that are dropped, then
 * steady. The bracket that is shown is the last steady one. A slow row has no warm-up and fewer
 * steady ones, which is known when it has run: it is booted again for the last of these. */
enum { COLD = 1, WARM = 8, STEADY = 4 };

struct options {
    const char *row;
    bool no_build;
};

/* Everything that one traced boot needs and leaves. */
struct trace {
    const struct system *system;
    const char *spec; /* the row without its system */
    struct selection selection;
    char *folder; /* temporary: raw log, trace, kallsyms */
    struct symbols symbols;
    enum system_with with;
    int bracket; /* the one that is traced, from 0 */
};

static char *file(const struct trace *t, const char *name) {
    return text_format("%s/%s", t->folder, name);
}

static const struct system *system_of(const char *row, const char **spec) {
    const char *colon = strchr(row, ':');
    scoped_text char *name = text_format("%.*s", colon ? (int)(colon - row) : 0, row);
    const struct system *s = system_find(name);
    if (!colon || !s || s->kind == SYSTEM_HOST)
        die(STATUS_UNKNOWN,
            "no row '%s'; a row is SYSTEM:NAME with exo, spin, linux or floor, as `exospin list` prints "
            "them",
            row);
    *spec = colon + 1;
    return s;
}

static void build(const struct trace *t, bool no_build) {
    struct failure why;
    scoped_texts struct texts targets = {0};
    texts_add(&targets, PLUGIN_TRACE);
    make_system(t->system, &targets);
    if (!no_build && make_targets(&targets, &why))
        give_up(&why);
}

/* Chooses the one row; dies with the nearest name where there is none. */
static void choose(struct trace *t) {
    struct failure why;
    scoped_texts struct texts names = {0};
    t->selection.system = t->system;
    if (rows_of(t->system, &t->selection.rows, &why))
        give_up(&why);
    t->selection.chosen = memory_new(1, sizeof *t->selection.chosen);
    for (size_t i = 0; i < t->selection.rows.count; i++) {
        const struct row_spec *row = &t->selection.rows.items[i];
        texts_add(&names, row->name);
        if (!strcmp(row->name, t->spec) && !row->check) {
            t->selection.chosen[0] = (unsigned)i;
            t->selection.count = 1;
        }
    }
    if (!t->selection.count) {
        die(STATUS_UNKNOWN, "%s has no bench '%s'; %s`exospin list` prints all there are",
            t->system->name, t->spec,
            text_meant(t->spec, (const char *const *)names.items, names.count));
    }
}

/* Waits for the end of the boot, or ends it where the user interrupts; how it ended is in G. */
static void wait_for(struct guest *g) {
    while (guest_poll(g)) {
        if (interrupted()) {
            guest_interrupt(g, interrupted());
            break;
        }
        usleep(10000);
    }
}

/* Those of the row's experiment. */
static int make_devices(struct trace *t, struct boot_disks *disks, struct qemu_net *net,
                        struct texts *files, struct failure *why) {
    const struct row_spec *row = &t->selection.rows.items[t->selection.chosen[0]];
    scoped_text char *folder = tree_path("experiments");
    struct experiment *e = experiment_load(folder, row->experiment, why);
    int status = e ? boot_disks_make(disks, e, NULL, why) : why->status;
    if (!status)
        status = boot_net_check(e, why);
    boot_net_shape(net, e);
    boot_net_files(e, files);
    t->with = net->nics ? WITH_NICS : disks->count ? WITH_DISKS : WITH_NOTHING;
    experiment_free(e);
    return status;
}

static int boot(struct trace *t, struct failure *why) {
    assert_that(t->selection.count == 1);
    bool is_linux = t->system->kind == SYSTEM_LINUX;
    struct boot_line line = {&t->selection, CLOCK_ICOUNT, STEADY, COLD, NULL};
    scoped_text char *base = boot_line_words(&line);
    scoped_text char *words = text_format("%s warm=%d%s", base, WARM, is_linux ? " kallsyms" : "");
    scoped_text char *append = is_linux ? boot_line_linux(false, NULL) : text_copy(words);
    scoped_text char *image = system_image(t->system, 0), *kernel = tree_path("%s", image);
    scoped_text char *raw = file(t, "raw.log"), *trace = file(t, "trace"),
                     *names = file(t, "kallsyms");
    scoped_text char *second = text_format("file:%s", names), *serial = text_format("file:%s", raw);
    scoped_text char *bracket = text_format(",bracket=%d", t->bracket);
    struct qemu_boot b = {.via = VIA_KERNEL,
                          .clock = CLOCK_ICOUNT,
                          .initrd = -1,
                          .kernel = kernel,
                          .append = append,
                          .serial = serial};
    plugin_add(&b.extra, PLUGIN_TRACE, trace, bracket);
    if (is_linux)
        b.second_serial = second;
    struct guest_limits limits = {30, 30};
    struct guest guest;
    struct boot_disks disks = {0};
    scoped_texts struct texts files = {0};
    int status = make_devices(t, &disks, &b.net, &files, why);
    const struct guest_devices devices = {disks.disk, disks.count, false, b.net.nics > 0, &files};
    b.initrd = status ? -1 : initrd_open(t->system, words, &devices, why);
    status = b.initrd < 0 ? why->status : 0;
    if (!is_linux) {
        memcpy(b.disk, disks.disk, sizeof b.disk);
        b.disks = disks.count;
    }
    if (!status)
        status = guest_start(&guest, t->system->name, &b, raw, &limits, NULL, NULL, why);
    if (!status) {
        wait_for(&guest);
        if (guest.status)
            status = failure_set(why, guest.status, "%s: %s: %s", t->system->name,
                                 status_find(guest.status)->name, guest.detail);
        guest_close(&guest);
    }
    boot_disks_close(&disks);
    texts_free(&b.extra);
    return status;
}

static void load_symbols(struct trace *t) {
    scoped_texts struct texts elfs = {0};
    system_elfs(t->system, t->with, &elfs);
    for (size_t i = 0; i < elfs.count; i++)
        symbols_add_elf(&t->symbols, elfs.items[i]);
    scoped_text char *path = file(t, "kallsyms"), *text = text_read(path, NULL);
    if (text)
        symbols_add_kallsyms(&t->symbols, text);
    symbols_sort(&t->symbols);
}

static void print_line(const struct trace *t, const char *line) {
    char *words;
    uint64_t address = strtoull(line, &words, 16);
    const struct symbol *s = symbols_find(&t->symbols, address);
    scoped_text char *place =
        s ? text_format("%s+%#" PRIx64, s->name, address - s->address) : text_copy("?");
    printf("%016" PRIx64 "  %-40s %s\n", address, place, *words ? words + 1 : "");
}

/* What the guest's own figures say of the bracket that was traced. */
struct account {
    const char *name; /* of the row */
    double overhead, gross;
    double batch; /* 0: no record of it came */
    int steady;   /* samples */
};

static void take_record(void *context, const struct reader_event *event) {
    struct account *a = context;
    const struct record *record = &event->record;
    const char *name = event->kind == READER_RECORD ? record_value(record, "name") : NULL;
    if (!name || strcmp(name, a->name) != 0)
        return;
    if (record->type == RECORD_BENCH) {
        a->overhead = strtod(record_value(record, "overhead"), NULL);
        a->batch = strtod(record_value(record, "batch"), NULL);
    } else if (record->type == RECORD_SAMPLES) {
        const char *values = record_value(record, "v");
        bool steady = !strcmp(record_value(record, "phase"), "steady");
        uint64_t value, count;
        while (samples_next(&values, &value, &count)) {
            a->gross = (double)value; /* of the last steady one, as traced */
            a->steady += steady ? (int)count : 0;
        }
    }
}

static struct account account_read(const struct trace *t) {
    struct account a = {.name = t->spec};
    size_t length = 0;
    scoped_text char *path = file(t, "raw.log"), *log = text_read(path, &length);
    struct reader *reader = reader_new(take_record, &a);
    reader_feed(reader, log ? log : "", length);
    reader_end(reader);
    reader_free(reader);
    return a;
}

/* Why the COUNT of lines is not the row's figure: "" where the two are not to be reconciled, as of
 * a row whose samples are differences. A new string. */
static char *explain(const struct trace *t, size_t count) {
    struct account a = account_read(t);
    double figure = a.gross - a.overhead, empty = (double)count - figure;
    if (a.batch < 1 || a.gross <= 0 || empty < 0 || empty > a.overhead)
        return text_copy("");
    scoped_text char *row = a.batch > 1 ? text_format("%.15g, which is %g times its %.15g", figure,
                                                      a.batch, figure / a.batch)
                                        : text_format("%.15g", figure);
    return empty > 0 ? text_format(": the row's %s, and %g that an empty bracket has, too, which a "
                                   "measurement takes off",
                                   row, empty)
                     : text_format(": the row's %s", row);
}

/* Prints the bracket; 21 with *why where it is not there, or has no end. */
static int print_trace(const struct trace *t, struct failure *why) {
    scoped_texts struct texts lines = {0};
    scoped_text char *path = file(t, "trace"), *text = text_read(path, NULL);
    texts_split(&lines, text ? text : "", "\n");
    bool whole = lines.count && !strcmp(lines.items[lines.count - 1], "end");
    for (size_t i = 0; i + whole < lines.count; i++)
        print_line(t, lines.items[i]);
    size_t count = lines.count - whole;
    if (!whole)
        return failure_set(why, STATUS_NO_SAMPLE,
                           "%s:%s has no bracket number %d that ends: does its body call "
                           "bench_start and bench_stop?",
                           t->system->name, t->spec, t->bracket);
    fflush(stdout); /* the listing comes before its count, in one pipe too */
    scoped_text char *why_more = explain(t, count);
    fprintf(stderr, "%zu instructions in bracket %d, a steady one, of %s:%s%s\n", count, t->bracket,
            t->system->name, t->spec, why_more);
    return 0;
}

static void remove_files(struct trace *t) {
    static const char *const names[] = {"raw.log", "trace", "kallsyms"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        scoped_text char *path = file(t, names[i]);
        unlink(path);
    }
    rmdir(t->folder);
    free(t->folder);
}

int cmd_trace(int argc, char **argv) {
    struct options o = {0};
    struct failure why;
    struct trace t = {0};
    const char *temporary = getenv("TMPDIR");
    const struct cli_option options[] = {
        {"no-build", NULL, "trace the image that is there, without make", .flag = &o.no_build},
        {0}};
    cli_parse(
        &(struct cli){"SYSTEM:ROW",
                      "Prints the instructions inside one steady bracket of a row, one a line: "
                      "address, symbol (? in code that was made while it ran), instruction. On "
                      "standard error, how many they are, and how "
                      "many of them are the row's figure: the others stand in an empty bracket, "
                      "too, and are taken off when the row is measured.",
                      options, &o.row, 1, 1, NULL},
        argc, argv);
    t.system = system_of(o.row, &t.spec);
    qemu_program();
    interrupt_catch();
    build(&t, o.no_build);
    choose(&t);
    t.folder = text_format("%s/exospin-XXXXXX", temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(t.folder))
        die_write(t.folder);
    t.bracket = COLD + WARM + STEADY - 1;
    int status = boot(&t, &why), steady = status ? STEADY : account_read(&t).steady;
    if (steady > 0 && steady < STEADY) {
        t.bracket = COLD + steady - 1;
        status = boot(&t, &why);
    }
    if (!status) {
        load_symbols(&t);
        status = print_trace(&t, &why);
    }
    remove_files(&t);
    symbols_free(&t.symbols);
    selection_free(&t.selection);
    if (status)
        die(status, "%s", why.text);
    return 0;
}
