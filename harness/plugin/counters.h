/* SPDX-License-Identifier: MIT */
/* counters.h -- what is counted inside a bracket besides the clock, by the plugin (count.c) for the
 * harness (run/brackets.c): the one list, in the order in which one writes and the other reads
 * them. docs/method.md says what each counts. */
#ifndef PLUGIN_COUNTERS_H
#define PLUGIN_COUNTERS_H

#define COUNTERS(X)                                                                                \
    X(loads)                                                                                       \
    X(stores)                                                                                      \
    X(lines) /* of 64 bytes: distinct ones, loaded or stored */                                    \
    X(pages) /* of 4 KiB, the same */                                                              \
    X(cr3_writes)                                                                                  \
    X(crossings)         /* between ring 3 and the kernel, each way */                             \
    X(indirect_branches) /* jumps and calls, no returns */                                         \
    X(string_iterations)                                                                           \
    X(data_bytes) /* loaded from or stored to pages that the program named as its data */

enum counter {
#define COUNTER_ENUM(name) COUNTER_##name,
    COUNTERS(COUNTER_ENUM)
#undef COUNTER_ENUM
        COUNTER_COUNT
};

#endif
