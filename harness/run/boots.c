/* SPDX-License-Identifier: MIT */
/* boots.c -- the boots of a run. */
#include "run/boots.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "run/boot_line.h"
#include "run/brackets.h"
#include "run/inputs.h"
#include "run/wires.h"
#include "base/die.h"
#include "guest/image.h"
#include "base/interrupt.h"
#include "guest/iso.h"
#include "guest/initrd.h"
#include "guest/plugin.h"
#include "base/status.h"
#include "base/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How much a raw log may need: far more than any has (a whole suite is some 200 KiB). */
enum { LOG_BYTES = 4 << 20 };
/* How often guests are looked at. */
enum { TICK_US = 10000 };

static bool mitigated(const struct guest_boot *e) {
    return !strcmp(e->selection->label, LINUX_DEFAULT_LABEL);
}

/* "exo", "exo (boot 2)", "exo's checks", "linux/mitigations:default", "spin (layout 3)": for
 * messages. */
static char *guest_boot_name(const struct guest_boot *e) {
    const struct system *system = e->selection->system;
    const struct experiment *devices = e->selection->devices;
    scoped_text char *name =
        text_format("%s%s%s%s%s%s", system->name, system->tests ? "'s checks" : "",
                    *e->selection->label ? "/" : "", e->selection->label,
                    devices ? " with the devices of " : "", devices ? devices->name : "");
    return e->layout ? text_format("%s (layout %u)", name, e->layout)
           : e->boot ? text_format("%s (boot %u)", name, e->boot + 1)
                     : text_copy(name);
}

static char *guest_boot_command_line(const struct boots *s, const struct guest_boot *e, bool plan) {
    const struct boot_options *o = s->options;
    const struct system *system = e->selection->system;
    bool inject = !o->inject_system || !strcmp(o->inject_system, system->name);
    struct boot_line line = {e->selection, o->clock, o->samples, o->cold,
                             inject ? o->inject : NULL};
    if (system->kind == SYSTEM_LINUX && !plan)
        return boot_line_linux(mitigated(e), o->linux_args);
    return boot_line_words(&line);
}

/* ---- planning ---- */

static enum system_with devices_with(const struct experiment *e) {
    return !e ? WITH_NOTHING : e->devices.nics.count ? WITH_NICS : WITH_DISKS;
}

static int describe_image(struct boot *b, const struct selection *selection, unsigned layout,
                          struct failure *why) {
    const struct system *system = selection->system;
    enum system_with with = devices_with(selection->devices);
    scoped_text char *image = system_image(system, layout), *first = tree_path("%s", image);
    scoped_text char *second = system_initrd(system, with);
    bool is_linux = system->kind == SYSTEM_LINUX;
    const char *paths[] = {first, second};
    scoped_text char *hash = image_sha256(paths, 2);
    int status =
        hash ? 0
             : failure_set(why, STATUS_MISSING, "%s's image is missing: %s: %s; `make` builds it",
                           system->name, access(first, R_OK) ? image : tree_shown(second),
                           strerror(errno));
    scoped_text char *init = system_init(system, with),
                     *id = image_build_id(is_linux ? init : first);
    run_set(&b->image, image);
    run_set(&b->image_sha256, hash ? hash : "");
    run_set(&b->build_id, id);
    return status;
}

/* "raw/spin.0.log", "raw/linux.default.0.log", "raw/spin.layout-1.0.log", "raw/exo.checks.0.log",
 * "raw/floor.devices-disk.0.log", "raw/linux.devices-disk.inexact.0.log" */
static char *raw_name(const struct selection *s, unsigned layout, unsigned boot) {
    const struct system *system = s->system;
    scoped_text char *part = layout      ? text_format(".layout-%u", layout)
                             : *s->label ? text_copy(".default")
                                         : text_copy("");
    scoped_text char *devices =
        s->devices ? text_format(".devices-%s", s->devices->name) : text_copy("");
    return text_format("raw/%s%s%s%s%s.%u.log", system->name, system->tests ? ".checks" : "",
                       devices, s->inexact ? ".inexact" : "", part, boot);
}

/* Linux's disks are in its memory (linux_plan.h); by virtio it is not exact. */
static void add_disks(struct qemu_boot *b, const struct system *system,
                      const struct boot_disks *disks, bool inexact) {
    if (system->kind == SYSTEM_LINUX && !inexact)
        return;
    memcpy(b->disk, disks->disk, sizeof b->disk);
    b->disks = disks->count;
}

int boots_add(struct boots *s, const struct selection *selection, unsigned boot, unsigned layout,
              struct failure *why) {
    s->boots = memory_resize(s->boots, s->count + 1, sizeof *s->boots);
    struct guest_boot *e = &s->boots[s->count++];
    *e = (struct guest_boot){
        .selection = selection, .boot = boot, .layout = layout, .index = s->run->boot_count};
    struct boot *b = run_add_boot(s->run);
    struct qemu_boot shape = {.via = s->options->via, .clock = s->options->clock, .initrd = -1};
    run_set(&b->system, selection->system->name);
    run_set(&b->label, selection->label);
    b->boot = boot;
    b->layout = layout;
    free(b->command_line);
    b->command_line = guest_boot_command_line(s, e, false);
    free(b->raw);
    b->raw = raw_name(selection, layout, boot);
    if (boot_line_check(b->command_line, why))
        return why->status;
    run_set(&b->outcome, "not made");
    if (boot_disks_shape(&e->disks, selection->devices, why) ||
        boot_net_check(selection->devices, why))
        return why->status;
    add_disks(&shape, selection->system, &e->disks, selection->inexact);
    e->disks = (struct boot_disks){0};
    boot_net_shape(&shape.net, selection->devices);
    qemu_machine(&shape, &b->qemu);
    inputs_plan(s->run, b, selection, NULL);
    return describe_image(b, selection, layout, why);
}

/* ---- one boot ---- */

/* Has the plugin count in this boot, into the file beside its raw log. */
static int add_counters(struct boots *s, const struct boot *b, struct qemu_boot *boot,
                        struct failure *why) {
    scoped_text char *name = brackets_file(b->raw), *path = NULL;
    int status = folder_begin(s->folder, name, &path, why);
    if (!status)
        plugin_add(&boot->extra, PLUGIN_COUNT, path, "");
    return status;
}

static void take_counters(struct boots *s, const struct guest_boot *e) {
    size_t length = 0;
    scoped_text char *name = brackets_file(s->run->boots[e->index].raw);
    scoped_text char *bytes = folder_read(s->folder, name, &length);
    collection_boot(s->collection, e->index);
    brackets_collect(s->collection, bytes, length);
}

static void take_captures(struct boots *s, const struct guest_boot *e) {
    const struct boot *b = &s->run->boots[e->index];
    scoped_texts struct texts wires = {0};
    wires_names(b, &wires);
    collection_boot(s->collection, e->index);
    for (size_t i = 0; i < wires.count; i++) {
        size_t length = 0;
        scoped_text char *file = wires_file(b->raw, wires.items[i]),
                         *bytes = folder_read(s->folder, file, &length);
        wires_collect(s->collection, wires.items[i], bytes, length);
    }
}

/* What the boot brings beside its kernel; or -1 with *why. */
static int open_programs(const struct boots *s, const struct guest_boot *e, struct failure *why) {
    scoped_texts struct texts files = {0};
    scoped_text char *plan = guest_boot_command_line(s, e, true);
    boot_net_files(e->selection->devices, &files);
    const struct guest_devices devices = {e->disks.disk, e->disks.count, e->selection->inexact,
                                          e->net.nics > 0, &files};
    return initrd_open(e->selection->system, plan, &devices, why);
}

static int start_guest(struct boots *s, struct guest_boot *e, struct failure *why) {
    struct boot *b = &s->run->boots[e->index];
    const struct boot_options *o = s->options;
    scoped_text char *raw = NULL;
    int status = folder_begin(s->folder, b->raw, &raw, why);
    if (status)
        return status;
    scoped_text char *serial = text_format("file:%s", raw);
    scoped_text char *kernel = tree_path("%s", b->image), *name = guest_boot_name(e);
    struct qemu_boot boot = {.via = o->via, .clock = o->clock, .initrd = -1, .serial = serial};
    status = folder_space(s->folder, LOG_BYTES, why);
    if (!status)
        status = boot_disks_make(&e->disks, e->selection->devices, &b->disks, why);
    add_disks(&boot, e->selection->system, &e->disks, e->selection->inexact);
    if (!status)
        boot_net_make(&e->net, e->selection->devices, &b->nics);
    boot.net = e->net;
    if (!status && o->counters)
        status = add_counters(s, b, &boot, why);
    scoped_fd int programs = status ? -1 : open_programs(s, e, why);
    if (!status && programs < 0)
        status = why->status;
    if (!status && o->via != VIA_KERNEL) {
        e->iso = iso_make(e->selection->system, kernel, programs, b->command_line, why);
        boot.iso = e->iso;
        status = e->iso ? 0 : why->status;
    } else if (!status) {
        boot.kernel = kernel;
        boot.append = b->command_line;
        boot.initrd = programs;
    }
    e->log = guest_log_begin(s->collection, e->index);
    if (!status)
        status = guest_start(&e->guest, name, &boot, raw, &o->limits, guest_log_event, e->log, why);
    texts_free(&boot.extra);
    return status;
}

static void write_down(struct boots *s, struct guest_boot *e, int status, const char *detail) {
    struct failure why;
    assert_that(e->index < s->run->boot_count);
    struct boot *b = &s->run->boots[e->index];
    b->status = status;
    run_set(&b->outcome, status ? status_find(status)->name : "complete");
    run_set(&b->detail, detail);
    b->requests = qemu_requests(&e->guest.qemu);
    if (run_write(s->run, s->folder, &why))
        give_up(&why);
}

/* QEMU has ended, or is ended first: what it still had to write is on the disks and in the
 * captures. */
static void keep_devices(struct boots *s, struct guest_boot *e) {
    struct failure why;
    const char *raw = s->run->boots[e->index].raw + strlen("raw/");
    scoped_text char *name = text_format("%.*s", (int)(strlen(raw) - strlen(".log")), raw);
    qemu_kill(&e->guest.qemu);
    if (s->options->keep_disks && boot_disks_keep(&e->disks, s->folder, name, &why))
        give_up(&why);
    if (boot_net_keep(&e->net, e->selection->devices, s->folder, name, &why))
        give_up(&why);
    boot_disks_close(&e->disks);
    boot_net_close(&e->net);
}

static void finish_boot(struct boots *s, struct guest_boot *e) {
    assert_that(e->state == BOOT_RUNS);
    struct guest *g = &e->guest;
    struct failure why;
    if (folder_space(s->folder, LOG_BYTES / 4, &why))
        give_up(&why); /* QEMU drops serial bytes without a word: this log cannot be trusted */
    write_down(s, e, g->status, g->detail);
    guest_log_end(e->log, true);
    keep_devices(s, e);
    if (s->options->counters)
        take_counters(s, e);
    take_captures(s, e);
    double seconds = guest_now() - g->started;
    if (g->status)
        progress_note(s->progress, "%s: %s: %s", g->name, status_find(g->status)->name, g->detail);
    else
        progress_note(s->progress, "%s: %zu row%s in %.1f s%s", g->name, g->arrived,
                      g->arrived == 1 ? "" : "s", seconds,
                      mitigated(e) ? " (linux once more, as its distribution boots it)" : "");
    guest_close(g);
    if (e->iso)
        unlink(e->iso);
    free(e->iso);
    e->iso = NULL;
    e->state = BOOT_OVER;
}

static void start_boot(struct boots *s, struct guest_boot *e) {
    assert_that(e->state == BOOT_WAITS);
    struct failure why;
    int status = start_guest(s, e, &why);
    if (status)
        give_up(&why); /* nothing of this boot exists; what others measured is written already */
    e->state = BOOT_RUNS;
}

/* ---- all of them ---- */

/* A boot's share of the whole, in seconds as they were measured on two slow cores: boot,
 * then rows. */
static double weight(const struct boots *s, const struct guest_boot *e) {
    static const double route[] = {[VIA_KERNEL] = 0.2, [VIA_GRUB_BIOS] = 5, [VIA_GRUB_UEFI] = 10};
    double boot = e->selection->system->kind == SYSTEM_LINUX ? 7 : route[s->options->via];
    return boot + 0.02 * (double)e->selection->count;
}

static double progress_of(const struct boots *s, const struct guest_boot *e) {
    if (e->state != BOOT_RUNS)
        return e->state == BOOT_OVER;
    const struct guest *g = &e->guest;
    double rows = (double)e->selection->count;
    if (g->hello)
        return 1 - 0.02 * (rows - (double)g->arrived) / weight(s, e);
    double spent = guest_now() - g->started, boot = weight(s, e) - 0.02 * rows;
    return (spent < boot ? spent : boot) / weight(s, e);
}

static void show(struct boots *s) {
    double all = 0, done = 0;
    scoped_texts struct texts now = {0};
    for (size_t i = 0; i < s->count; i++) {
        struct guest_boot *e = &s->boots[i];
        all += weight(s, e);
        done += weight(s, e) * progress_of(s, e);
        if (e->state != BOOT_RUNS)
            continue;
        const struct guest *g = &e->guest;
        const char *row = guest_row(g);
        texts_take(&now, g->hello ? text_format("%s %zu/%zu %s", g->name, g->arrived,
                                                g->planned.count, row ? row : "")
                                  : text_format("%s boots", g->name));
    }
    scoped_text char *line = texts_join(&now, " | ");
    progress_show(s->progress, line, done / all);
}

/* Starts what may start, polls what runs. Gives how many are not over. */
static size_t poll_boots(struct boots *s) {
    size_t running = 0, left = 0;
    assert_that(s->options->jobs > 0);
    for (size_t i = 0; i < s->count; i++) {
        struct guest_boot *e = &s->boots[i];
        if (e->state == BOOT_WAITS && running < s->options->jobs)
            start_boot(s, e);
        else if (e->state == BOOT_RUNS && !guest_poll(&e->guest))
            finish_boot(s, e);
        running += e->state == BOOT_RUNS;
        left += e->state != BOOT_OVER;
    }
    return left;
}

static void interrupt_all(struct boots *s, int signal) {
    for (size_t i = 0; i < s->count; i++) {
        struct guest_boot *e = &s->boots[i];
        if (e->state != BOOT_RUNS)
            continue;
        guest_interrupt(&e->guest, signal);
        finish_boot(s, e);
    }
}

int boots_run(struct boots *s) {
    while (!interrupted() && poll_boots(s)) {
        show(s);
        usleep(TICK_US);
    }
    if (interrupted())
        interrupt_all(s, interrupted());
    for (size_t i = 0; i < s->count; i++) /* what was interrupted before it began */
        if (s->boots[i].state == BOOT_WAITS)
            guest_log_end(guest_log_begin(s->collection, s->boots[i].index), false);
    progress_end(s->progress);
    return interrupted();
}

void boots_free(struct boots *s) {
    free(s->boots);
    s->boots = NULL;
    s->count = 0;
}
