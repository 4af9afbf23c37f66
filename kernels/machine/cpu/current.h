/* SPDX-License-Identifier: MIT */
/* current.h -- a thread of the kernel: what hangs on it, and which one runs here. All that a kernel
 * with one stack would keep in globals is the current thread's. thread/thread.h makes threads and
 * switches between them; assembly includes this header for the offsets. */
#ifndef MACHINE_CURRENT_H
#define MACHINE_CURRENT_H

#define THREAD_RSP   0
#define THREAD_TOP   8
#define THREAD_LEAVE 16
#define THREAD_ENTER 20
#define THREAD_FPU   128

#ifndef __ASSEMBLER__

#include "machine/cpu/cpu.h"
#include "machine/cpu/trap_frame.h"

struct catch;
struct user_run;
struct net;
struct net_wait;

/* Room for x87, SSE and AVX as XSAVE lays them out (Intel SDM volume 1, chapter 13.4). */
struct fpu {
    uint8_t bytes[832];
} __attribute__((aligned(64)));

/* A switch is all that writes rsp; the rest is the thread's own while it runs. */
struct thread {
    uint64_t rsp;          /* while it does not run: its callee-saved registers lie there */
    uint64_t top;          /* of its stack for the next entry from user mode; 16-byte aligned */
    uint32_t leave, enter; /* what a switch away from it, and to it, does besides
                            * (thread/switch_words.h) */
    uint64_t guard;        /* the page below its stack, which is not mapped */
    struct catch *catch;   /* trap_catch calls under way, the innermost (trap/catch.c) */
    struct user_run *run;  /* the user_run under way, or null (user/user.c) */
    struct net *net;       /* runs of programs under way, the innermost (common/engine.h)... */
    struct net_wait *wait; /* ...and the innermost call in which one waits */
    struct thread *next;   /* in the pool (thread/thread.c) */
    vaddr_t fs_base;       /* of its user code (thread/fpu.c) */
    union {
        struct {
            uint16_t unpreemptible; /* regions under way in which it keeps the processor
                                     * (preempt.h); they nest a few deep, and 16 bits are compared
                                     * where they lie */
            uint16_t locks;         /* of the kernel above, that it has */
        };
        uint32_t holds; /* both */
    };
    bool preempt_due; /* it was asked for the processor in such a region */
    void *space;      /* that it works in (thread/space.h) */
    uint64_t own[4];  /* the kernel's above; machine never touches them */
    struct fpu fpu;   /* its registers while it does not run, where it has any */
};

/* The kernel's first, on the stack it was booted on. */
extern struct thread boot_thread;

/* Plain: to its caller it never changes. */
static inline struct thread *thread_current(void) {
    struct thread *t;
    __asm__("mov %%gs:%c1, %0" : "=r"(t) : "i"(CPU_THREAD));
    return t;
}

/* The registers of the thread's user code, saved by the entry from it, while it is in
 * the kernel. */
static inline struct trap_frame *thread_frame(const struct thread *t) {
    return (struct trap_frame *)(t->top - TF_SIZE);
}

#endif
#endif
