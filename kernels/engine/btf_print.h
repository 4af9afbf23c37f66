/* SPDX-License-Identifier: MIT */
/* btf_print.h -- types as C, for messages ("expected ..., found ...") and for `vcode types`. */
#ifndef ENGINE_BTF_PRINT_H
#define ENGINE_BTF_PRINT_H

#include "engine/types/btf.h"

/* Each writes at most size - 1 characters and a NUL into `into`, size > 0, and gives false when
 * that was not enough. What is nested deeper than twelve steps is written as "...". */

/* A declaration of `name`, which may be "", with this type: "int (*name)(struct item *, ...)". A
 * struct, union or enum with a tag is named by it; one without is written out. */
bool btf_print_declaration(const struct btf *btf, uint32_t id, const char *name, char *into,
                           size_t size);

/* What a compiler would have to read to know the type: members of a struct or union, enumerators,
 * the type behind a typedef; the declaration of a function or variable. Types that have no such
 * thing, as int *, are written as they are used. With __attribute__((packed)) where offsets or size
 * ask for it; padding is not shown. Ends with "\n", but for types written as used. */
bool btf_print_definition(const struct btf *btf, uint32_t id, char *into, size_t size);

#endif
