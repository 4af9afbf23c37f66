/* SPDX-License-Identifier: MIT */
/* net.h -- the net under a running program. Whatever ends it early (fuel, a fault that should be
 * impossible, an error of a function that it called) leaves by one exit: what the program held is
 * given back, and a report says which program, instruction, source line, why, and the registers.
 * Whoever runs the program goes on.
 *
 * The engine has no global state, so the runs under way hang on a `struct nets` of the owner: one a
 * thread (strand, environment), empty at first. Functions that programs call find their own run
 * there:
 *
 *     a function with an ACQUIRED result    net_hold, and with a RELEASED parameter net_let_go
 *     one that cannot do what it should     NET_FAIL(nets, "why"), which does not return
 *
 * The net costs some eighty instructions a run, and a guard in a kernel (trap_catch) as many again.
 * A program that is bounded, holds nothing and calls nothing that fails may be entered without one,
 * through its code.entry. */
#ifndef ENGINE_NET_H
#define ENGINE_NET_H

#include "engine/activation.h"
#include "engine/program_image.h"

#define NET_HELD_MAX     32 /* references, of a program and those that it calls */
#define NET_REASON_MAX   96
#define NET_TEXT_MAX     2048
#define NET_SLOT_UNKNOWN 0xffffffffu

struct net;

struct nets {
    struct net *innermost;
};

/* What the processor says of an instruction that it refuses. */
struct net_trap {
    uintptr_t at;
    uint64_t processor[16]; /* registers in the order of their numbers; see jit_trap.h */
    const char *reason;     /* "page fault", ... */
};

/* How the owner catches such traps: run(owner, fn, arg, trap) calls fn(arg) and returns false, or
 * true, with *trap filled in, if the processor refused an instruction on the way. Programs run
 * without one if it is null: such a fault is then the owner's to die of. */
struct net_guard {
    bool (*run)(void *owner, void (*fn)(void *arg), void *arg, struct net_trap *trap);
    void *owner;
};

struct net_report {
    enum fault fault;
    char reason[NET_REASON_MAX]; /* of the function or the processor; may be empty */
    const struct image *image;   /* the program, perhaps one that it called; must exist for as long
                                    as the report is read */
    uint32_t slot;               /* of that program, or NET_SLOT_UNKNOWN */
    bool has_registers;
    uint64_t reg[REGISTERS];
    uint32_t released; /* references given back */
};

enum net_way { NET_INTERPRETED, NET_COMPILED };

/* Runs the program, whose image is runnable and, for NET_COMPILED, compiled; *a has its fuel and,
 * for NET_INTERPRETED, its stack. True, with the result: it ended by itself. False: it did not, and
 * the report is filled in. */
bool net_run(struct nets *nets, const struct net_guard *guard, const struct image *image,
             enum net_way way, const uint64_t argument[5], struct activation *a, uint64_t *result,
             struct net_report *report);

/* The running program, or one that it called, holds `object`, to be given back by release(object)
 * if it cannot do so itself; it has given it back. Outside of any run both do nothing. False: too
 * much is held, so the function must hand out nothing. */
bool net_hold(struct nets *nets, void *object, void (*release)(void *object));
void net_let_go(struct nets *nets, const void *object);

/* Ends the running program, of which there must be one: to be used in the very function that the
 * program calls, so that the report can name the call. */
#define NET_FAIL(nets, reason) net_fail(nets, (uintptr_t)__builtin_return_address(0), reason)
_Noreturn void net_fail(struct nets *nets, uintptr_t return_address, const char *reason);

/* The report in lines: what ended it, the instruction, its place in the source, the registers. */
void net_report_text(const struct net_report *report, char into[NET_TEXT_MAX]);

#endif
