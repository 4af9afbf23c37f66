/* SPDX-License-Identifier: MIT */
/* fingerprint.h -- are two types, of two objects, perhaps of two compilers, the same type?
 *
 * A type's fingerprint says what it is made of, whatever the numbers and the order of the types
 * around it. What counts:
 *
 * - integer: size, signedness, whether bool. Not the name: clang's "unsigned long" is GCC's "long
 *   unsigned int"; and long and long long are one type here.
 * - floating point: size.
 * - struct, union: tag, size, and each member's name, offset in bits, width if it is a bitfield,
 *   and type, in order.
 * - enum: tag, size, and each enumerator's name and value, in order. GCC 12 leaves out of BTF those
 *   that do not fit an int; such an enum differs from clang's.
 * - array: element and number of elements. Arrays of arrays count as one array of all their
 *   elements, for GCC 12 writes their dimensions in the opposite order.
 * - qualifiers: const and volatile, but for those of a parameter or result itself. An array is as
 *   qualified as its elements, which is left to what refers to the array. Not restrict.
 * - function: result, parameters in order, the ... at the end. Neither the parameters' names nor
 *   linkage.
 * - pointer: what it points to; but a *reference* (see btf.h) counts by struct or union and tag
 *   alone.
 *
 * Typedefs and tags of types and declarations do not count: they name types and make none. Every
 * recursive type passes through a reference, so that nothing here is endless; and clang, which
 * writes a mere declaration where a program never looks into a struct that it points to, agrees
 * with GCC, which writes it out.
 *
 * Two types *agree* if their fingerprints are equal, and again those of every two structs or unions
 * that they lead to by the same path through references, at any distance, where both objects define
 * them. A declaration agrees with any definition of its tag: a unit that knows no members cannot
 * use one. This is what linking demands.
 *
 * Fingerprints are cut SHA-256: an adversary cannot make two types with one fingerprint. */
#ifndef ENGINE_FINGERPRINT_H
#define ENGINE_FINGERPRINT_H

#include "engine/types/btf.h"

struct fingerprint {
    uint8_t byte[16];
};

/* The fingerprints of all types of btf, numbered like them; null when there is no memory. A DATASEC
 * or DECL_TAG, which is no type, has a meaningless one. */
const struct fingerprint *fingerprint_all(const struct btf *btf, struct arena *arena);

bool fingerprint_equal(const struct fingerprint *a, const struct fingerprint *b);

/* One side of a comparison. */
struct typed {
    const struct btf *btf;
    const struct fingerprint *fingerprint; /* of all its types */
    uint32_t type;
};

enum agreement { AGREE, DISAGREE, TOO_ALIKE /* too many duplicates to follow */, NO_MEMORY };

/* Compares a and b; a FUNC or VAR counts as the type it has. After DISAGREE a->type and b->type are
 * the two types, reached by the same path, that differ; else they are unchanged. Scratch memory
 * comes from the hooks and is given back. */
enum agreement types_agree(struct typed *a, struct typed *b, const struct hooks *hooks);

#endif
