/* SPDX-License-Identifier: MIT */
/* net.h -- the net under a running program. Whatever ends it early (fuel, a fault that should be
 * impossible, an error of a function that it called) leaves by one exit: what the program held is
 * given back, and a report says which program, instruction, source line, why, and the registers.
 * The caller of the program goes on.
 *
 * The engine has no global state, so the runs under way hang on a `struct nets` of the owner: one a
 * thread (strand, environment), empty at first. Functions that programs call find their own run
 * there:
 *
 *     a function with an ACQUIRED result    net_hold, and with a RELEASED parameter net_let_go
 *     one that cannot do what it should     NET_FUNCTION, NET_FAIL(nets, "why")
 *
 * The net costs some eighty instructions a run, and a guard in a kernel (trap_catch) as many again.
 * A program that is bounded, holds nothing and calls nothing that fails may be entered without one,
 * through its code.entry. */
#ifndef ENGINE_NET_H
#define ENGINE_NET_H

#include "engine/base/activation.h"
#include "engine/native.h"
#include "engine/link/program_image.h"

#define NET_HELD_MAX      32 /* references, of a program and those that it calls */
#define NET_REASON_MAX    96
#define NET_TEXT_MAX      2048
#define NET_UNKNOWN       0xffffffffu
#define NET_LANDING_WORDS 5 /* of which __builtin_longjmp uses rbp, rip and rsp */

struct net;

struct nets {
    struct net *innermost;
    struct net_wait *wait; /* the innermost, of any of them */
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
                                    as the report is read. Null: there was nothing to run... */
    const struct native_function *native; /* ...or the native function that was run */
    uint32_t at; /* the slot of that program, or how far from the start of the native object's
                    code, or NET_UNKNOWN */
    bool has_registers;
    uint64_t reg[REGISTERS]; /* native: the processor's that r0 to r10 would be in (jit_trap.h) */
    uint32_t released;       /* references given back */
};

enum net_way {
    NET_INTERPRETED,
    NET_COMPILED,
    NET_NATIVE,
    NET_PAUSING, /* interpreted, and asked at each point whether to pause (interpreter.h) */
};

struct net_held {
    void *object;
    void (*release)(void *object);
};

/* A run under way: for net.c, and for callers that open nets of their own (net_shared.h). */
struct net {
    struct net *outer;
    enum net_way way;
    const struct image *image; /* null for NET_NATIVE, which has the two below */
    const struct native *native;
    const struct native_function *function;
    const uint64_t *argument; /* null: it is a shared one */
    struct activation *activation;
    struct net_report *report;
    uint64_t result;
    struct net_held held[NET_HELD_MAX];
    uint32_t held_count;
    void *landing[NET_LANDING_WORDS];
};

/* Runs the program, not NET_NATIVE, whose image is runnable and, for NET_COMPILED, compiled; *a has
 * its fuel, its stack where it is interpreted, and `pausing` for NET_PAUSING. True, with the
 * result: it ended by itself. False: it did not, and the report is filled in. */
bool net_run(struct nets *nets, const struct net_guard *guard, const struct image *image,
             enum net_way way, const uint64_t argument[5], struct activation *a, uint64_t *result,
             struct net_report *report);

/* The same for a function of a signed native object, compiled by the kernel's flags: nobody has
 * proven that it ends. */
bool net_run_native(struct nets *nets, const struct net_guard *guard, const struct native *native,
                    const struct native_function *function, const uint64_t argument[5],
                    uint64_t *result, struct net_report *report);

/* The running program, or one that it called, holds `object`, to be given back by release(object)
 * if it cannot do so itself; it has given it back: of an object held twice, what was held later.
 * Outside of any run both do nothing. False: too much is held, so the function must hand out
 * nothing.
 *
 * What is held is given back the last first, but one that was let go has left its place to the last
 * of that moment. A caller that needs another order must keep it itself. */
bool net_hold(struct nets *nets, void *object, void (*release)(void *object));
void net_let_go(struct nets *nets, const void *object);

/* What native code of a run, a signed object's or a function's that programs call, holds of what is
 * collected is known by its roots alone: nobody looks for it in registers or on the stack that the
 * processor uses. A root is a variable, held by net_root from before it first leads to something
 * across a call that may collect, and let go by net_let_go when it is not used any more; it goes
 * with its run; references.h visits what it leads to. False as net_hold, and outside of any run,
 * where nobody would see it. */
bool net_root(struct nets *nets, void *const *variable);
/* A function that programs call and that may end them:
 *
 *     NET_FUNCTION(long, number_check, (long number)) {
 *         if (number > 5)
 *             NET_FAIL(&nets, "no number above 5 is known here");
 *         return number;
 *     }
 *
 * It begins by putting the caller's registers down, for the report, which costs 15 instructions a
 * call. NET_FAIL ends the running program, of which there must be one; it stands in the function
 * itself, and in none that this one calls. */
#define NET_FUNCTION(result, name, parameters)                                                     \
    __asm__(NET_ENTRY(#name));                                                                     \
    static result name##_body parameters __asm__(#name "_body") __attribute__((used, noinline));   \
    static result name##_body parameters
#define NET_FAIL(nets, reason) net_fail(nets, *(void **)__builtin_frame_address(0), reason)

/* The frame that the entry leaves, from its stack pointer on. */
struct net_call {
    uint64_t reg[REGISTERS]; /* the last is the caller's frame pointer, at which ours points */
    uintptr_t back;
};
#define NET_ENTRY(name)                                                                            \
    ".pushsection .text." name ",\"ax\",@progbits\n"                                               \
    ".globl " name "\n.type " name ",@function\n" name ":\n"                                       \
    "push %rbp\nmov %rsp,%rbp\n"                                                                   \
    "push %r15\npush %r14\npush %r13\npush %rbx\n"                                                 \
    "push %r8\npush %rcx\npush %rdx\npush %rsi\npush %rdi\npush %rax\n"                            \
    "call " name "_body\nleave\nret\n"                                                             \
    ".size " name ",.-" name "\n.popsection"

/* A NET_FUNCTION that collects or lets others collect, that calls a program back or runs another
 * says where the program waits that called it; only then is it known what that one holds
 * (references.h).
 *
 *     struct net_wait wait;
 *     NET_WAIT(&nets, &wait);
 *     collect();
 *     net_go_on(&nets);
 *
 * They end in the order opposite to that in which they began; those of a run that ends early end
 * with it. Outside of any run both do nothing. */
struct net_wait {
    struct net_wait *outer;
    const struct net *net;
    const struct net_call *call;
};
#define NET_WAIT(nets, wait) net_wait(nets, wait, *(void **)__builtin_frame_address(0))
void net_wait(struct nets *nets, struct net_wait *wait, const void *frame);
void net_go_on(struct nets *nets);

/* For NET_FAIL; `frame` is the address of the call's last register. */
_Noreturn void net_fail(struct nets *nets, const void *frame, const char *reason);

/* The report in lines: what ended it, the instruction, its place in the source, the registers. */
void net_report_text(const struct net_report *report, char into[NET_TEXT_MAX]);

#endif
