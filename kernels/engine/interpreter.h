/* SPDX-License-Identifier: MIT */
/* interpreter.h -- runs a program slot by slot: the reference of what a program means. Complete,
 * portable to any little-endian machine, and the slowest of the three ways. */
#ifndef ENGINE_INTERPRETER_H
#define ENGINE_INTERPRETER_H

#include "engine/base/activation.h"
#include "engine/program.h"

/* What a watcher sees; both functions may be null. For tests and raw runs: kernels run without. */
struct watcher {
    void *owner;
    /* The program's addresses, its stack's too, are this much greater than those of what is
     * accessed: so a run can be given memory anywhere in the address space. */
    uint64_t moved;
    /* Before each instruction, with the registers as they are. False stops the run with
     * FAULT_WATCHER. */
    bool (*step)(void *owner, uint32_t slot, const uint64_t reg[REGISTERS]);
    /* Before each access; false stops the run with FAULT_MEMORY. */
    bool (*access)(void *owner, uint64_t address, uint32_t bytes, bool write);
};

/* Runs the program from slot 0 with r1 to r5 = argument[0..4] and the other registers 0. The stack
 * holds one frame of program->frame_bytes for each active function; its contents are what they are.
 * Gives r0; when a->fault is not FAULT_NONE, the run ended early, *a says where, and r0 means
 * nothing. */
uint64_t interpreter_run(const struct program *program, const uint64_t argument[5],
                         struct activation *a);

/* A function of a program that waits for one that it called. */
struct interpreter_frame {
    const struct insn *back; /* what it goes on with... */
    uint64_t saved[4];       /* ...and its r6 to r9 */
};

/* A run that can be made to wait at its next point (maps.h). */
struct pausing {
    uint64_t (*run)(const struct program *program, const uint64_t argument[5],
                    struct activation *a); /* interpreter_run_pausing, which a kernel that runs
                                              nothing so leaves out */
    volatile bool asked; /* by anyone, at any time: pause() is called before the next point, and
                            before those after it until this is taken back */
    void (*pause)(void *owner); /* where the thread waits, or the collector does so */
    void *owner;
    bool paused; /* it is being called: the activation's `at` is the point */
    struct interpreter_frame frame[DEPTH_MAX]; /* those that wait, the outermost first */
    uint32_t depth;                            /* so many */
};

/* The same as interpreter_run, and a->pausing is set. */
uint64_t interpreter_run_pausing(const struct program *program, const uint64_t argument[5],
                                 struct activation *a);

/* The same, and asks the watcher before each step and access. */
uint64_t interpreter_watch(const struct program *program, const uint64_t argument[5],
                           struct activation *a, const struct watcher *watcher);

#endif
