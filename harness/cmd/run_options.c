/* SPDX-License-Identifier: MIT */
/* run_options.c -- parse and settle the options of `exospin run`. */
#include "cmd/run_options.h"
#include "guest/accel.h"
#include "cmd/cli.h"
#include "base/die.h"
#include "base/scope.h"
#include "base/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const clock_words[] = {"icount", "tsc", NULL};

static const char *const injections[] = {
#define INJECTION_NAME(id, name) name,
    PROTOCOL_INJECTIONS(INJECTION_NAME)
#undef INJECTION_NAME
        NULL};

static const char help[] =
    "Builds what is needed, boots each system in a fresh QEMU, measures, judges the claims and writes "
    "the run folder. Without EXPERIMENT: all of them; `checks` stands for the kernels' own tests."
    "\vExit status: 0 if all ran, whether or not a claim is reproduced; see `exospin help exit`. "
    "Ctrl-C leaves a partial run.";

static void set_clock(struct run_options *o, const char *value) {
    static const enum clock clocks[] = {CLOCK_ICOUNT, CLOCK_TSC};
    if (!strcmp(value, "model"))
        die(STATUS_USAGE,
            "--clock model: cycles as a model of a processor (caches, branches, pipeline) would "
            "count them; exospin has none, for QEMU has none: choose icount, exact instruction "
            "counts, or tsc, the cycles of this machine");
    o->boot.clock = clocks[cli_word(value, "clock", clock_words)];
    o->clock_named = true;
}

/* VALUE is [SYSTEM:]FAULT. */
static void set_inject(struct run_options *o, const char *value) {
    const char *colon = strchr(value, ':');
    if (colon) {
        scoped_text char *name = text_format("%.*s", (int)(colon - value), value);
        const struct system *system = system_find(name);
        if (!system)
            die(STATUS_UNKNOWN, "--inject: no system '%s'", name);
        o->boot.inject_system = system->name;
    }
    o->boot.inject = injections[cli_word(colon ? colon + 1 : value, "inject", injections)];
}

/* Combinations that cannot be, and the clock that a route allows. */
static void settle(struct run_options *o) {
    struct boot_options *s = &o->boot;
    if (o->quick && s->samples)
        die(STATUS_USAGE, "--quick and --samples: both say how many samples; leave one out");
    output_check(&o->output);
    if (s->via == VIA_GRUB_UEFI && o->clock_named && s->clock == CLOCK_ICOUNT)
        die(STATUS_USAGE,
            "--clock icount with --via grub-uefi: UEFI's firmware takes minutes under icount; leave "
            "--clock out (checks, no figures) or boot by grub-bios");
    if (s->via == VIA_GRUB_UEFI && !o->clock_named)
        s->clock = CLOCK_NONE;
    if (s->clock == CLOCK_TSC)
        accel_require_kvm();
    bool virtual_time = s->clock == CLOCK_ICOUNT;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!s->jobs)
        s->jobs = virtual_time && cores > 1 ? (unsigned)cores : 1;
    if (!o->boots)
        o->boots = s->clock == CLOCK_TSC ? 5 : 1;
    if (!s->samples)
        s->samples = o->quick ? 8 : 64;
    if (s->limits.boot == 0)
        s->limits.boot = virtual_time ? 10 : s->via == VIA_GRUB_UEFI ? 180 : 60;
    if (s->limits.bench == 0)
        s->limits.bench = virtual_time ? 10 : 60;
    /* GRUB boots our images; Linux has its own way, so only naming it is a mistake. */
    if (s->via != VIA_KERNEL && !o->systems)
        o->systems = "exo,spin,floor";
}

void run_options_parse(struct run_options *o, int argc, char **argv) {
    *o = (struct run_options){
        .layouts = 1, .shard = {1, 1}, .boot = {.clock = CLOCK_ICOUNT, .cold = 1}};
    struct boot_options *s = &o->boot;
    const char *clock = NULL, *inject = NULL, *shard = NULL;
    const struct cli_option options[] = {
        {"systems", "LIST", "exo,spin,linux,floor,host; default: the four guests",
         .text = &o->systems},
        {"clock", "CLOCK",
         "icount (default): exact instruction counts; tsc: cycles, wants real KVM", .text = &clock},
        {"boots", "N", "fresh boots of each system; default 1, by tsc 5", .number = &o->boots,
         .min = 1, .max = 1000},
        {"jobs", "N", "guests side by side; default: one a core by icount, else 1",
         .number = &s->jobs, .min = 1, .max = 64, .letter = 'j'},
        OUTPUT_OPTIONS(&o->output, "results/UTCTIME-REVISION"),
        {"filter", "REGEX", "only rows whose full name fits (extended, anywhere in it)",
         .text = &o->filter},
        {"shard", "K/N", "part K of N of the rows, for one of N machines; see merge",
         .text = &shard},
        {"quick", NULL, "8 samples a row instead of 64", .flag = &o->quick},
        {"samples", "N", "N samples a row", .number = &s->samples, .min = 1, .max = 4000},
        {"counters", NULL, "count loads, stores, lines, crossings and more in every bracket",
         .flag = &o->counters},
        {"keep-disks", NULL, "what is on guests' disks in the end stays in the run, in disks/",
         .flag = &s->keep_disks},
        {"inexact", NULL, "also rows that are not the same from boot to boot (clock inexact)",
         .flag = &o->inexact},
        {"layouts", "N", "N images that differ in the order of functions only",
         .number = &o->layouts, .min = 1, .max = 100},
        {"via", "ROUTE", "kernel (default), grub-bios or grub-uefi", .number = &s->via,
         .words = via_names},
        {"linux-args", "ARGS", "behind Linux's command line; its rows move",
         .text = &s->linux_args},
        {"list", NULL, "print the rows that would run, and stop", .flag = &o->list},
        {"no-build", NULL, "measure the images that are there, without make", .flag = &o->no_build},
        {"boot-limit", "SECONDS", "silence before hello that ends a boot",
         .seconds = &s->limits.boot, .min = 1, .max = 100000},
        {"bench-limit", "SECONDS",
         "silence in a row that ends a boot; both of guest time by icount (default 10)",
         .seconds = &s->limits.bench, .min = 1, .max = 100000},
        {"inject", "[SYSTEM:]FAULT",
         "have every guest (or SYSTEM alone) go wrong, to test the harness", .text = &inject},
        {0}};
    cli_parse(&(struct cli){.arguments = "[EXPERIMENT...]",
                            .help = help,
                            .options = options,
                            .list = &o->experiments},
              argc, argv);
    if (clock)
        set_clock(o, clock);
    if (inject)
        set_inject(o, inject);
    if (shard && !shard_parse(shard, &o->shard))
        die(STATUS_USAGE, "--shard '%s' is not K/N, part K of N, with 1 <= K <= N <= %d", shard,
            SHARDS_MAX);
    settle(o);
}
