/* SPDX-License-Identifier: MIT */
/* arguments.h -- a kind of program that is passed more than the five arguments that registers hold:
 * they go by a structure, each of whose fields is typed and bounded as an argument is. One table
 * makes both sides:
 *
 *     #define TRANSFER(X, of)                                                        \
 *         X(of, struct account *, from, .kind = SHAPE_OBJECT)                         \
 *         X(of, unsigned long, amount, .kind = SHAPE_NUMBER, .min = 1, .max = 1000)   \
 *         ...
 *     ARGUMENTS_STRUCT(transfer, TRANSFER);
 *     typedef long transfer_program(const struct transfer *transfer);
 *
 * in a header that programs and the kernel include: type, name, and what C does not say of it, as
 * of a parameter's shape (kind.h). In the kernel
 *
 *     static const struct typing_grant grants[] = {ARGUMENTS_GRANTS(transfer, TRANSFER) ...};
 *     result = entry(ARGUMENTS(transfer, from, to, amount, ...));
 *
 * say what a program of the prototype may read, and hand it over; an argument that is missing does
 * not build (-Wmissing-field-initializers). The structure is the caller's and lives as long as the
 * block that it is made in. A pointer may be null unless it is given a shape. */
#ifndef ENGINE_ARGUMENTS_H
#define ENGINE_ARGUMENTS_H

#define ARGUMENTS_FIELD(of, type, name, ...) type name;
#define ARGUMENTS_STRUCT(of, TABLE)                                                                \
    struct of {                                                                                    \
        TABLE(ARGUMENTS_FIELD, of)                                                                 \
    }

#define ARGUMENTS_GRANT(of, type_, name, ...)                                                      \
    {.type = #of, .field = #name, .may = MAY_READ, .shape = {__VA_ARGS__}},
#define ARGUMENTS_GRANTS(of, TABLE) TABLE(ARGUMENTS_GRANT, of)

#define ARGUMENTS(of, ...) (&(const struct of){__VA_ARGS__})

#endif
