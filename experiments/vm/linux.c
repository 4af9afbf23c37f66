/* SPDX-License-Identifier: MIT */
/* linux.c -- the same by mprotect and a handler of SIGSEGV. */
#include "touch.h"

#include "measure/bench.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

enum { PAGE = 4096 };

static char *pages, *open_page;

static void rights(char *at, size_t count, int protection) {
    if (mprotect(at, count * PAGE, protection))
        abort();
}

static char *page(unsigned n) {
    return pages + (size_t)n * PAGE;
}

static void step_over(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)info;
    uint64_t end = bench_end();
    ucontext_t *u = context;
    u->uc_mcontext.gregs[REG_RAX] = (greg_t)end;
    u->uc_mcontext.gregs[REG_RIP] += TOUCH_BYTES;
}

static char *page_of(const siginfo_t *info) {
    return (char *)((uintptr_t)info->si_addr & -(uintptr_t)PAGE);
}

static void open_it(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)context;
    rights(page_of(info), 1, PROT_READ | PROT_WRITE);
}

static void exchange(int signal, siginfo_t *info, void *context) {
    open_it(signal, info, context);
    rights(open_page, 1, PROT_READ);
    open_page = page_of(info);
}

/* The pages, each with a frame of its own and writable, and the handler of faults. */
static void prepare(void (*handler)(int, siginfo_t *, void *)) {
    if (!pages) {
        pages = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED)
            abort();
    }
    rights(pages, PAGES, PROT_READ | PROT_WRITE);
    memset(pages, 1, (size_t)PAGES * PAGE);
    open_page = pages;
    struct sigaction a = {.sa_flags = SA_SIGINFO};
    if (handler)
        a.sa_sigaction = handler;
    else
        a.sa_handler = SIG_DFL;
    if (sigaction(SIGSEGV, &a, NULL))
        abort();
}

BENCH(trap, "vm/trap") {
    prepare(step_over);
    rights(pages, 1, PROT_READ);
    while (bench_next(b)) {
        bench_start(b);
        uint64_t end = touch(pages);
        bench_stop_at(b, end);
    }
    prepare(NULL);
}

BENCH(fault, "vm/fault") {
    prepare(open_it);
    while (bench_next(b)) {
        rights(pages, 1, PROT_READ);
        bench_start(b);
        touch(pages);
        bench_stop(b);
    }
    prepare(NULL);
}

BENCH(prot1, "vm/prot1") {
    prepare(NULL);
    while (bench_next(b)) {
        bench_start(b);
        rights(pages, 1, PROT_READ);
        bench_stop(b);
        rights(pages, 1, PROT_READ | PROT_WRITE);
        touch(pages); /* the next change finds what the processor holds of it */
    }
}

BENCH(prot100, "vm/prot100") {
    while (bench_next(b)) {
        prepare(NULL);
        bench_start(b);
        rights(pages, PAGES, PROT_READ);
        bench_stop(b);
    }
    prepare(NULL);
}

BENCH(unprot100, "vm/unprot100") {
    while (bench_next(b)) {
        prepare(NULL);
        rights(pages, PAGES, PROT_READ);
        bench_start(b);
        rights(pages, PAGES, PROT_READ | PROT_WRITE);
        bench_stop(b);
    }
    prepare(NULL);
}

BENCH(appel1, "vm/appel1") {
    unsigned n = 0;
    prepare(exchange);
    rights(page(1), PAGES - 1, PROT_READ);
    while (bench_next(b)) {
        n = n % (PAGES - 1) + 1;
        char *at = page(touch_order(n));
        bench_start(b);
        touch(at);
        bench_stop(b);
    }
    prepare(NULL);
}

static void protect_and_touch(unsigned touched) {
    rights(pages, PAGES, PROT_READ);
    for (unsigned n = 0; n < touched; n++)
        touch(page(touch_order(n)));
}

BENCH(appel2, "vm/appel2") {
    prepare(open_it);
    while (bench_next(b)) {
        bench_start(b), bench_stop(b);
        bench_start(b), protect_and_touch(PAGES), bench_stop(b);
        bench_difference(b, PAGES);
    }
    prepare(NULL);
}

/* The second of two pages, of which the first was written: there are page tables for both. */
static volatile char *fresh_page(void) {
    char *at = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        abort();
    *(volatile char *)at = 1;
    return at + PAGE;
}

static void end_page(volatile char *at) {
    munmap((void *)(at - PAGE), 2 * PAGE);
}

BENCH(anonymous_fault, "vm/anonymous_fault") {
    while (bench_next(b)) {
        volatile char *at = fresh_page();
        bench_start(b);
        *at = 1;
        bench_stop(b);
        end_page(at);
    }
}

/* A child has the page, too, until it is killed. */
BENCH(cow_fault, "vm/cow_fault") {
    while (bench_next(b)) {
        volatile char *at = fresh_page();
        *at = 1;
        pid_t child = fork();
        if (child < 0)
            abort();
        if (child == 0)
            for (;;)
                pause();
        at[-PAGE] = 2; /* the first fault after a fork does more */
        bench_start(b);
        *at = 2;
        bench_stop(b);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        end_page(at);
    }
}
