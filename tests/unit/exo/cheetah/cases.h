/* SPDX-License-Identifier: MIT */
/* cases.h -- what Cheetah must do, in a world in memory (world.h). On the host, and in a program of
 * exo's checks, of which there is one without each of Cheetah's rules. */
#ifndef TESTS_UNIT_EXO_CHEETAH_CASES_H
#define TESTS_UNIT_EXO_CHEETAH_CASES_H

/* CASE(name): a function cheetah_NAME gives 0, or the line that found something else. */
#define CHEETAH_CASES(CASE)                                                                        \
    CASE(exchange)                                                                                 \
    CASE(untouched)                                                                                \
    CASE(requests)                                                                                 \
    CASE(ranges)                                                                                   \
    CASE(pipelined)                                                                                \
    CASE(in_bits)                                                                                  \
    CASE(parallel)                                                                                 \
    CASE(lossy)                                                                                    \
    CASE(damaged)                                                                                  \
    CASE(overwritten)                                                                              \
    CASE(version)                                                                                  \
    CASE(stored_sums)                                                                              \
    CASE(flood)                                                                                    \
    CASE(crowd)                                                                                    \
    CASE(slow)                                                                                     \
    CASE(pages)                                                                                    \
    CASE(tight)                                                                                    \
    CASE(garbage)                                                                                  \
    CASE(closed_wire)                                                                              \
    CASE(books)

#define CHEETAH_CASE(name) int cheetah_##name(void);
CHEETAH_CASES(CHEETAH_CASE)
#undef CHEETAH_CASE

#endif
