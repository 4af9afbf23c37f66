/* SPDX-License-Identifier: MIT */
/* run_options.c -- parse and settle the options of `exospin run`. */
#include "cmd/run_options.h"
#include "guest/accel.h"
#include "base/cli.h"
#include "base/die.h"
#include "base/status.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    KEY_SYSTEMS = 256,
    KEY_CLOCK,
    KEY_BOOTS,
    KEY_OUT,
    KEY_FILTER,
    KEY_QUICK,
    KEY_LAYOUTS,
    KEY_VIA,
    KEY_LINUX_ARGS,
    KEY_LIST,
    KEY_QUIET,
    KEY_JSON,
    KEY_NO_BUILD,
    KEY_SAMPLES,
    KEY_BOOT_LIMIT,
    KEY_BENCH_LIMIT,
    KEY_INJECT,
    KEY_FORCE,
};

static const struct argp_option option_table[] = {
    {"systems", KEY_SYSTEMS, "LIST", 0, "exo,spin,linux,floor,host; default: the four guests", 0},
    {"clock", KEY_CLOCK, "CLOCK", 0,
     "icount (default): exact instruction counts; tsc: cycles, wants real KVM", 0},
    {"boots", KEY_BOOTS, "N", 0, "fresh boots of each system; default 1, by tsc 5", 0},
    {"jobs", 'j', "N", 0, "guests side by side; default: one a core by icount, else 1", 0},
    {"out", KEY_OUT, "DIR", 0, "the run folder; default results/UTCTIME-REVISION", 0},
    {"force", KEY_FORCE, 0, 0, "replace the run in DIR; what you added to it stays", 0},
    {"filter", KEY_FILTER, "REGEX", 0, "only rows whose full name fits (extended, anywhere in it)",
     0},
    {"quick", KEY_QUICK, 0, 0, "8 samples a row instead of 64", 0},
    {"samples", KEY_SAMPLES, "N", 0, "N samples a row", 0},
    {"layouts", KEY_LAYOUTS, "N", 0, "N images that differ in the order of functions only", 0},
    {"via", KEY_VIA, "ROUTE", 0, "kernel (default), grub-bios or grub-uefi", 0},
    {"linux-args", KEY_LINUX_ARGS, "ARGS", 0, "behind Linux's command line; its rows move", 0},
    {"list", KEY_LIST, 0, 0, "print the rows that would run, and stop", 0},
    {"quiet", KEY_QUIET, 0, 0, "failures only", 0},
    {"json", KEY_JSON, 0, 0, "print summary.json instead of the table", 0},
    {"no-build", KEY_NO_BUILD, 0, 0, "measure the images that are there, without make", 0},
    {"boot-limit", KEY_BOOT_LIMIT, "SECONDS", 0, "silence before hello that ends a boot", 0},
    {"bench-limit", KEY_BENCH_LIMIT, "SECONDS", 0,
     "silence in a row that ends a boot; both of guest time by icount (default 10)", 0},
    {"inject", KEY_INJECT, "[SYSTEM:]FAULT", 0,
     "have every guest (or SYSTEM alone) go wrong, to test the harness", 0},
    {0}};

static const char *const clock_words[] = {"icount", "tsc", "model", NULL};

static const char *const injections[] = {
#define INJECTION_NAME(id, name) name,
    PROTOCOL_INJECTIONS(INJECTION_NAME)
#undef INJECTION_NAME
        NULL};

static void set_clock(struct run_options *o, const char *value) {
    static const enum clock clocks[] = {CLOCK_ICOUNT, CLOCK_TSC};
    int which = cli_word(value, "--clock", clock_words);
    if (which == 2)
        die(STATUS_USAGE, "--clock model: this exospin has no machine model; choose icount or tsc");
    o->session.clock = clocks[which];
    o->clock_named = true;
}

static void set_inject(struct run_options *o, char *value) {
    char *colon = strchr(value, ':');
    if (colon) {
        *colon = '\0';
        if (!system_find(value))
            die(STATUS_UNKNOWN, "--inject: no system '%s'", value);
        o->session.inject_system = value;
    }
    o->session.inject = injections[cli_word(colon ? colon + 1 : value, "--inject", injections)];
}

static error_t parse_option(int key, char *value, struct argp_state *state) {
    struct run_options *o = state->input;
    switch (key) {
    case KEY_SYSTEMS:
        o->systems = value;
        break;
    case KEY_CLOCK:
        set_clock(o, value);
        break;
    case KEY_BOOTS:
        o->boots = (unsigned)cli_number(value, "--boots", 1, 1000);
        break;
    case 'j':
        if (o->session.jobs)
            die(STATUS_USAGE, "--jobs stands twice; leave one out");
        o->session.jobs = (unsigned)cli_number(value, "--jobs", 1, 64);
        break;
    case KEY_OUT:
        o->out = value;
        break;
    case KEY_FORCE:
        o->force = true;
        break;
    case KEY_FILTER:
        o->filter = value;
        break;
    case KEY_QUICK:
        o->quick = true;
        break;
    case KEY_SAMPLES:
        o->session.samples = (unsigned)cli_number(value, "--samples", 1, 4000);
        break;
    case KEY_LAYOUTS:
        o->layouts = (unsigned)cli_number(value, "--layouts", 1, 100);
        break;
    case KEY_VIA:
        o->session.via = (enum via)cli_word(value, "--via", via_names);
        break;
    case KEY_LINUX_ARGS:
        o->session.linux_args = value;
        break;
    case KEY_LIST:
        o->list = true;
        break;
    case KEY_QUIET:
        o->quiet = true;
        break;
    case KEY_JSON:
        o->json = true;
        break;
    case KEY_NO_BUILD:
        o->no_build = true;
        break;
    case KEY_BOOT_LIMIT:
        o->session.limits.boot = (double)cli_number(value, "--boot-limit", 1, 100000);
        break;
    case KEY_BENCH_LIMIT:
        o->session.limits.bench = (double)cli_number(value, "--bench-limit", 1, 100000);
        break;
    case KEY_INJECT:
        set_inject(o, value);
        break;
    case ARGP_KEY_ARG:
        texts_add(&o->experiments, value);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char doc[] =
    "Builds what is needed, boots each system in a fresh QEMU, measures, judges the claims and writes the run folder. "
    "Without EXPERIMENT: all of them; `checks` stands for the kernels' own tests."
    "\vExit status: 0 if all ran, whether or not a claim is reproduced; see `exospin help exit`. Ctrl-C leaves a "
    "partial run.";

/* Combinations that cannot be, and the clock that a route allows. */
static void settle(struct run_options *o) {
    struct session_options *s = &o->session;
    if (o->quick && s->samples)
        die(STATUS_USAGE, "--quick and --samples: both say how many samples; leave one out");
    if (o->quiet && o->json)
        die(STATUS_USAGE, "--quiet and --json: one prints less, the other all; leave one out");
    if (o->force && !o->out)
        die(STATUS_USAGE, "--force without --out: a new folder holds nothing to replace");
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
    static const struct argp argp = {option_table, parse_option, "[EXPERIMENT...]", doc, NULL,
                                     NULL,         NULL};
    *o = (struct run_options){.layouts = 1, .session = {.clock = CLOCK_ICOUNT, .cold = 1}};
    cli_parse(&argp, argc, argv, o);
    settle(o);
}
