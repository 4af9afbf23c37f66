/* SPDX-License-Identifier: MIT */
/* sequences.c -- sequences of operations over four names, two of them in a directory (after Mohan,
 * Martinez, Ponnapalli, Raju, Chidambaram: Finding crash-consistency bugs with bounded black-box
 * crash testing, OSDI '18). Each sequence has a directory of its own, in which there are already
 * `a`, `d` and `d/a`; behind each operation something is made durable, in one of three ways. */
#include "work.h"

#include <stdbool.h>

#include "lib/format.h"

enum { NAMES = 4, WAYS = 3 };

/* a, b, d/a, d/b */
static const char *const name[NAMES] = {"a", "b", "d/a", "d/b"};

static char base[16];
static unsigned tag;

static const char *at(unsigned i) {
    return work_path("%s/%s", base, name[i]);
}

/* The fourteen, of a first name and a second one. */
enum operation {
    MAKE,
    MKDIR,
    WRITE,      /* a whole block */
    WRITE_PART, /* within the file */
    APPEND,     /* behind its end, with a hole before it */
    APPEND_LONG,
    CUT, /* to nothing */
    CUT_PART,
    GROW, /* zeros */
    UNLINK,
    RMDIR,
    RENAME,
    LINK,
    REPLACE, /* a new file, written, renamed over the old one */
    OPERATIONS
};

static bool is_of_two(enum operation o) {
    return o == RENAME || o == LINK;
}

static void replace(unsigned first) {
    const char *new = work_path("%s/new", base);
    work_file(new, 5000, ++tag);
    work_fsync(new);
    work_rename(new, at(first));
}

static void run(enum operation o, unsigned first, unsigned second) {
    switch (o) {
    case MAKE:
        work_file(at(first), 100, ++tag);
        break;
    case MKDIR:
        work_mkdir(at(first));
        break;
    case WRITE:
        work_write(at(first), 0, 4096, ++tag);
        break;
    case WRITE_PART:
        work_write(at(first), 1000, 1500, ++tag);
        break;
    case APPEND:
        work_write(at(first), 9000, 500, ++tag);
        break;
    case APPEND_LONG:
        work_write(at(first), 3000, 26000, ++tag);
        break;
    case CUT:
        work_truncate(at(first), 0);
        break;
    case CUT_PART:
        work_truncate(at(first), 1700);
        break;
    case GROW:
        work_truncate(at(first), 7000);
        break;
    case UNLINK:
        work_unlink(at(first));
        break;
    case RMDIR:
        work_rmdir(first < 2 ? at(first) : work_path("%s/d", base));
        break;
    case RENAME:
        work_rename(at(first), at(second));
        break;
    case LINK:
        work_link(at(first), at(second));
        break;
    case REPLACE:
        replace(first);
        break;
    case OPERATIONS:
        break;
    }
}

static void persist(unsigned way, unsigned first) {
    if (way == 0)
        work_sync("0/");
    else if (way == 1)
        work_fsync(at(first));
}

static void begin(unsigned number) {
    format_text(base, sizeof base, "0/s%u", number);
    work_mkdir(base);
    work_mkdir(work_path("%s/d", base));
    work_file(at(0), 4000, ++tag);
    work_file(at(2), 2000, ++tag);
    work_sync("0/");
}

/* The number-th choice of an operation, its names, and a way. */
static void step(unsigned number) {
    unsigned way = number % WAYS, o = number / WAYS % OPERATIONS;
    unsigned first = number / WAYS / OPERATIONS % NAMES,
             second = (first + 1 + number / WAYS / OPERATIONS / NAMES % (NAMES - 1)) % NAMES;
    run((enum operation)o, first, second);
    persist(way, is_of_two((enum operation)o) ? second : first);
}

void sequences_of_one(unsigned first, unsigned count) {
    const unsigned plain = WAYS * OPERATIONS * NAMES;
    for (unsigned i = first; i < first + count; i++) {
        const enum operation o = (enum operation)(i / WAYS % OPERATIONS);
        if (i >= plain * (NAMES - 1) || (i >= plain && !is_of_two(o)))
            continue; /* there are no more; or it has one name, and was there */
        begin(i);
        step(i);
    }
}

static uint64_t drawn(uint64_t n) {
    n = (n + 1) * 0x9e3779b97f4a7c15u;
    n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9u;
    return n ^ n >> 31;
}

void sequences_of_two(unsigned first, unsigned count) {
    for (unsigned i = first; i < first + count; i++) {
        begin(i);
        step((unsigned)(drawn(2ul * i) >> 33));
        step((unsigned)(drawn(2ul * i + 1) >> 33));
    }
}
