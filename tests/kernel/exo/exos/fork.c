/* SPDX-License-Identifier: MIT */
/* fork.c -- what a fork copies, and when. */
#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "lib/error.h"

#define PAGE 4096ul
#define AREA 0x600000000000ul

static volatile uint64_t data = 1;
static char many[16 * PAGE] __attribute__((aligned(4096)));

static uint64_t frame_of(const volatile void *at) {
    return (exposed_entry((uint64_t)at) & EXO_FRAME_OF) >> 12;
}

static uint64_t child_writes(void) {
    volatile uint64_t local = data;
    MUST(local == 2 && many[0] == 'a' && many[15 * PAGE] == 'p');
    data = 3;
    many[0] = 'x';
    MUST(data == 3 && many[0] == 'x' && many[1] == 0);
    return 40;
}

static uint64_t child_sees(void) {
    return (uint64_t)many[PAGE];
}

uint64_t case_fork(void) {
    struct exos_end end;
    data = 2;
    for (unsigned i = 0; i < 16; i++)
        many[i * PAGE] = (char)('a' + i);
    MUST(in_child(child_writes) == 40);
    MUST(data == 2 && many[0] == 'a');
    /* The parent writes first. */
    uint64_t before = frame_of(many + PAGE);
    long pid = exos_fork();
    if (pid == 0)
        exos_exit(child_sees());
    many[PAGE] = 'z';
    MUST(frame_of(many + PAGE) != before);
    MUST(exos_wait(&end) == pid && !end.killed && end.status == 'b' && many[PAGE] == 'z');
    /* Who is alone with a page keeps its frame. */
    frames_free(); /* which waits until what the child had is freed */
    before = frame_of(many + 2 * PAGE);
    MUST(exposed_frame(before)->references == 1 && exposed_frame(before)->writers == 0);
    many[2 * PAGE] = 'y';
    MUST(frame_of(many + 2 * PAGE) == before && exposed_frame(before)->writers == 1);
    MUST(exos_wait(&end) == -E_NOT_FOUND);
    return 0;
}

uint64_t case_vfork(void) {
    struct exos_end end;
    const volatile uint64_t self = exos_getpid();
    data = 1;
    many[PAGE] = 'v';
    for (volatile uint64_t n = 0; n < 300; n++) {
        long pid = exos_vfork();
        if (pid == 0) {
            if (exos_vfork() == -E_BUSY && exos_getpid() != self)
                data += in_child(child_sees) == 'v'; /* it may have children of its own */
            exos_exit(n);
        }
        MUST(pid > 0 && exos_getpid() == self && data == n + 2);
        MUST(exos_wait(&end) == pid && !end.killed && end.status == n);
    }
    MUST(exos_wait(&end) == -E_NOT_FOUND);
    return 0;
}

/* Each node writes its own number over what it found, forks twice, and finds its number again. */
static uint64_t node(unsigned depth) {
    struct exos_end end;
    uint64_t own = exos_getpid(), sum = 1;
    for (unsigned i = 0; i < 16; i++)
        *(volatile uint64_t *)(many + i * PAGE) = own + i;
    for (unsigned i = 0; depth && i < 2; i++) {
        long pid = exos_fork();
        if (pid == 0)
            exos_exit(node(depth - 1));
        MUST(pid > 0);
    }
    for (unsigned i = 0; depth && i < 2; i++) {
        MUST(exos_wait(&end) > 0 && !end.killed);
        sum += end.status;
    }
    for (unsigned i = 0; i < 16; i++)
        MUST(*(volatile uint64_t *)(many + i * PAGE) == own + i);
    return sum;
}

uint64_t case_tree(void) {
    MUST(node(3) == 15);
    return 0;
}

uint64_t case_zero(void) {
    volatile uint64_t *area = (volatile uint64_t *)AREA;
    MUST(exos_map_zero(AREA, 1024, EXO_WRITE | EXO_NO_EXEC) == 0);
    MUST(!(exposed_entry(AREA) & EXO_PRESENT));
    MUST(area[0] == 0 && (exposed_entry(AREA) & EXO_PRESENT));
    area[0] = area[511] = 5;
    area[512 * 1023] = 7;
    MUST(!(exposed_entry(AREA + PAGE) & EXO_PRESENT));
    MUST(exos_unmap(AREA, 1) == 0 && exos_map_zero(AREA, 1, EXO_WRITE | EXO_NO_EXEC) == 0);
    MUST(area[0] == 0 && area[511] == 0); /* the frame was its own, and nobody else cleared it */
    long pid = exos_fork();
    if (pid == 0)
        exos_exit(area[512 * 1023] == 7 && area[512] == 0 ? 9 : 0);
    struct exos_end end;
    area[512] = 1;
    MUST(exos_wait(&end) == pid && end.status == 9);
    return 0;
}
