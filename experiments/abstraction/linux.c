/* SPDX-License-Identifier: MIT */
/* linux.c -- the write barrier by mprotect and a handler of SIGSEGV. */
#include "workload.h"

#include "measure/bench.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

static char *heap;
static unsigned char written[GC_PAGES];

static void rights(char *at, size_t pages, int protection) {
    if (mprotect(at, pages * PAGE, protection))
        abort();
}

static void barrier(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)context;
    size_t page = (size_t)((char *)info->si_addr - heap) / PAGE;
    if (page >= GC_PAGES)
        abort();
    written[page] = 1;
    rights(heap + page * PAGE, 1, PROT_READ | PROT_WRITE);
}

static void prepare(void) {
    struct sigaction a = {.sa_flags = SA_SIGINFO, .sa_sigaction = barrier};
    heap = mmap(NULL, (size_t)GC_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                -1, 0);
    if (heap == MAP_FAILED || sigaction(SIGSEGV, &a, NULL))
        abort();
    memset(heap, 1, (size_t)GC_PAGES * PAGE);
}

BENCH(gc_traps, "abstraction/gc_traps/policy:default") {
    prepare();
    bench_slow(b);
    while (bench_next(b)) {
        memset(written, 0, sizeof written);
        bench_start(b);
        rights(heap, GC_PAGES, PROT_READ);
        for (size_t n = 0; n < GC_PAGES; n += GC_EVERY)
            *(volatile size_t *)(heap + n * PAGE) = n;
        bench_stop(b);
        for (size_t n = 0; n < GC_PAGES; n++)
            if (written[n] != (n % GC_EVERY == 0))
                abort();
        rights(heap, GC_PAGES, PROT_READ | PROT_WRITE);
    }
    munmap(heap, (size_t)GC_PAGES * PAGE);
    signal(SIGSEGV, SIG_DFL);
}
