/* SPDX-License-Identifier: MIT */
/* handles.bpf.c -- programs that handle and guard an event, and some that cannot. */
#include "handles.h"
#include "spin/services/console.h"
#include "spin/services/verified_raise.h"

/* The event's type is what is tried, so that parameters stand here that a body does not need.
 * NOLINTBEGIN(misc-unused-parameters,readability-redundant-declaration) */
#define PROGRAM(kind) __attribute__((section(kind), used))

unsigned long written;

PROGRAM("guard/is_wanted") _Bool is_wanted(const struct handles *closure, long a, int b) {
    return (unsigned long)a == closure->wanted && b > 0;
}

PROGRAM("handler/adds") long adds(struct handles *closure, long a, int b) {
    closure->count++;
    return a + b;
}

extern long handles_check(long number) __attribute__((section(".ksyms")));

PROGRAM("handler/checked") long checked(struct handles *closure, long a, int b) {
    closure->count += 100;
    return handles_check(a) + b;
}

extern long handles_wait(void) __attribute__((section(".ksyms")));

PROGRAM("handler/waits") long waits(struct handles *closure, long a, int b) {
    handles_wait();
    closure->count++;
    return a + b;
}

extern struct proxy *handles_reference(void) __attribute__((section(".ksyms")));
extern long handles_reach(struct proxy *reference) __attribute__((section(".ksyms")));

PROGRAM("handler/reaches_for") long reaches_for(struct handles *closure, long a, int b) {
    struct proxy *reference = handles_reference();
    closure->count += 100;
    return reference ? handles_reach(reference) + a + b : -1;
}

PROGRAM("handler/raises") long raises(struct handles *closure, long a, int b) {
    closure->count++;
    return test_inner(a, b);
}

/* What it has caught, from 1000 on. */
PROGRAM("handler/tries") long tries(struct handles *closure, long a, int b) {
    long result = test_inner_try(a, b);
    unsigned caught = raise_caught();
    closure->count++;
    return caught ? 1000 * (long)caught + result : result;
}

/* --- Refused --- */

PROGRAM("guard/writes") _Bool writes(const struct handles *closure, long a, int b) {
    written++;
    return a == b;
}

PROGRAM("handler/says") long says(struct handles *closure, long a, int b) {
    char text[] = "text";
    console_write(text, 4);
    return 0;
}

PROGRAM("handler/turns") long turns(struct handles *closure, long a, int b) {
    unsigned long sum = 0;
    for (unsigned long i = 0; i != (unsigned long)a; i++)
        sum = sum * 3 + closure->wanted + i;
    return (long)sum;
}

/* As long as it is let. */
PROGRAM("handler/spins") long spins(struct handles *closure, long a, int b) {
    volatile unsigned long *wanted = &closure->wanted, *count = &closure->count;
    while (*wanted)
        ++*count;
    return a + b;
}

/* A thousand times, which is proven. */
PROGRAM("handler/counts") long counts(struct handles *closure, long a, int b) {
    volatile unsigned long *count = &closure->count;
    for (int i = 0; i < 1000; i++)
        ++*count;
    return a + b;
}

extern long handles_dear(void) __attribute__((section(".ksyms")));

/* As long as it is let, by something that takes long. */
PROGRAM("handler/spends") long spends(struct handles *closure, long a, int b) {
    volatile unsigned long *wanted = &closure->wanted, *count = &closure->count;
    while (*wanted) {
        handles_dear();
        ++*count;
    }
    return a + b;
}

struct others {
    unsigned long wanted, count;
};

PROGRAM("handler/fewer") long fewer(struct handles *closure, long a) {
    return a;
}

PROGRAM("handler/more") long more(struct handles *closure, long a, int b, int d) {
    return a + b + d;
}

PROGRAM("handler/other_argument") long other_argument(struct handles *closure, long a, char *b) {
    return a;
}

PROGRAM("handler/other_result") int other_result(struct handles *closure, long a, int b) {
    return b;
}

PROGRAM("handler/other_closure") long other_closure(struct others *closure, long a, int b) {
    return (long)closure->count;
}

PROGRAM("guard/gives_number") long gives_number(const struct handles *closure, long a, int b) {
    return a;
}
/* NOLINTEND(misc-unused-parameters,readability-redundant-declaration) */
