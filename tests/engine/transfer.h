/* SPDX-License-Identifier: MIT */
/* transfer.h -- an event of seven parameters, for programs and kernels of the tests
 * (engine/arguments.h). */
#ifndef TESTS_ENGINE_TRANSFER_H
#define TESTS_ENGINE_TRANSFER_H

#include "../../kernels/engine/arguments.h"

#define TRANSFER_NOTE 16

struct purse {
    unsigned long balance;
    unsigned int owner, secret;
};

/* `next` is what C alone says of it: it may be null. */
#define TRANSFER(X, of)                                                                            \
    X(of, const struct purse *, from, .kind = SHAPE_OBJECT)                                        \
    X(of, const struct purse *, to, .kind = SHAPE_OBJECT)                                          \
    X(of, unsigned long, amount, .kind = SHAPE_NUMBER, .min = 1, .max = 1000)                      \
    X(of, unsigned int, currency)                                                                  \
    X(of, const char *, note, .kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = TRANSFER_NOTE)       \
    X(of, unsigned int, note_at, .kind = SHAPE_NUMBER, .max = TRANSFER_NOTE - 1)                   \
    X(of, const struct purse *, next)
ARGUMENTS_STRUCT(transfer, TRANSFER);

typedef long transfer_program(const struct transfer *transfer);

#endif
