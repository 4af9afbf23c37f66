/* SPDX-License-Identifier: MIT */
/* agent.h -- the runner: it plans and runs the BENCHes and CHECKs linked into one program. The same
 * in a kernel, in the user code of a kernel and in Linux; whatever differs is a hook.
 *
 * A system is one agent or two (its kernel's, its user program's), whose rows are numbered through:
 * the second's base is the first's agent_rows(). A session, with the sender's owner in the lead, is
 *
 *     sender_session(&sender);
 *     agent_hello(&agent, &(struct agent_hello){ "spin", build, build_length, tsc_hz, told });
 *     agent_plan(&agent);              then the user program's agent_plan()
 *     sender_plan_end(&sender);
 *     agent_run(&agent);               then the user program's agent_run()
 *     if (agent_may_finish(&agent))
 *         sender_done(&sender);
 *     exit(...)                        PROTOCOL_EXIT_DONE after done, else PROTOCOL_EXIT_EARLY
 *
 * What params->inject asks for is done here as far as software can (hang, no-sample, unplanned,
 * mute, early); panic, user-fault, triple and reset are handed to the inject hook before the first
 * selected bench. */
#ifndef MEASURE_AGENT_H
#define MEASURE_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/bench.h"
#include "measure/params.h"

/* Room for every sample of a row, and for the second bracket of a difference. */
#define AGENT_SAMPLES_MAX (PARAMS_COLD_MAX + PARAMS_WARM_MAX + PARAMS_SAMPLES_MAX + 1)

/* The linker's bounds of section bench_entries. */
extern const struct bench_entry __start_bench_entries[], __stop_bench_entries[];

struct agent_row {
    unsigned number;
    const struct bench_entry *entry;
    char name[PROTOCOL_NAME_MAX];
    bool first_bench; /* the first bench that this agent runs: injections happen here */
};

struct agent {
    const struct bench_entry *begin, *end;
    unsigned base; /* number of the first row */
    const struct params *params;
    uint64_t *samples; /* AGENT_SAMPLES_MAX of them, touched beforehand: a page fault in a bracket
                          is a figure */

    /* Takes a record's body. */
    void (*record)(const char *body, size_t length);
    /* Takes text for a person; only agent_list() needs it. */
    void (*text)(const char *bytes, size_t length);
    /* Does the injected fault, if it can: returns where it cannot. May be null. */
    void (*inject)(enum injection what);
    /* A bench is wrong in itself (it asks for a sweep it does not have): ends the program. */
    void (*panic)(const char *why) __attribute__((noreturn));
    /* Runs one row somewhere else (a child), by agent_run_row() there. Null: rows run here. */
    void (*run_apart)(const struct agent *a, const struct agent_row *row);
};

struct agent_hello {
    const char *system;
    const void *build; /* the image's GNU build-id */
    size_t build_length;
    uint64_t tsc_hz;   /* 0: unknown */
    const char *told;  /* the boot command line as it came; null where it is too long to be taken */
    size_t told_bytes; /* then: how long it is */
};

/* How many rows the agent has, selected or not. */
unsigned agent_rows(const struct agent *a);

/* Sends the hello record. Under inject=mute it never returns, and nothing was sent. */
void agent_hello(const struct agent *a, const struct agent_hello *hello);

/* Sends a plan record for each selected row, in order. */
void agent_plan(const struct agent *a);

/* Runs each selected row, in order, and sends its records. */
void agent_run(const struct agent *a);

/* Runs one row here and sends its records; for the run_apart hook. */
void agent_run_row(const struct agent *a, const struct agent_row *row);

/* Writes every row, selected or not, as a line of text: number, kind, name. */
void agent_list(const struct agent *a);

/* Hands a pending panic, triple or reset to the inject hook at once: for a kernel whose own agent
 * ran no bench. */
void agent_inject(const struct agent *a);

/* False where inject=early forbids the done record. */
bool agent_may_finish(const struct agent *a);

#endif
