/* SPDX-License-Identifier: MIT */
/* btf_record.h -- how types lie in .BTF; for btf.c and btf_check.c only. */
#ifndef ENGINE_BTF_RECORD_H
#define ENGINE_BTF_RECORD_H

#include "engine/types/btf.h"
#include "engine/assert.h"

#define BTF_SECTION ".BTF"
#define BTF_HEAD    12 /* bytes before a type's parts: name, info, size or type */

/* How many bytes of parts follow the head of a type, once and for each of its len. */
struct btf_layout {
    uint8_t once, each;
};
extern const struct btf_layout btf_layout[BTF_KIND_COUNT];

/* Where the i-th part of a type starts. */
static inline uint32_t btf_part(const struct btf *btf, const struct btf_type *t, uint32_t i) {
    ENGINE_ASSERT(t->id && t->id <= btf->count && (btf_layout[t->kind].each == 0 || i <= t->len),
                  "part %u of type %u", i, t->id);
    return btf->at[t->id] + BTF_HEAD + i * btf_layout[t->kind].each;
}

/* The second pass of btf_open, over types whose records are known to be whole: names, references,
 * sizes, cycles. Fills in size, align and order. */
bool btf_check(struct btf *btf, struct arena *arena, struct report *why);

#endif
