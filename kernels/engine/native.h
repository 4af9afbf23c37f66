/* SPDX-License-Identifier: MIT */
/* native.h -- the third way to run a program: the same C, compiled by the kernel's own compiler
 * with the kernel's flags and loaded as a signed object. Nothing is proven of its code: it is
 * trusted because of its signature (SPIN's "trusted compiler": Bershad et al., SOSP 1995, 3.1).
 *
 * Only after the signature has been found good (native_envelope.h) is the object looked at, and
 * then still as bytes to be checked: bounds, kinds of sections and relocations, names and their
 * types. Code and constants are written through one mapping and run through another, which is never
 * writable; variables are never executable. Nothing is half-loaded.
 *
 * What a function is called with is the caller's business: uint64_t f(uint64_t r1, ... r5), as any
 * C function of the kernel. */
#ifndef ENGINE_NATIVE_H
#define ENGINE_NATIVE_H

#include "engine/link/fingerprint.h"
#include "engine/hooks.h"
#include "engine/base/report.h"
#include "engine/native/signature.h"

struct domain; /* domain.h */

struct native_function {
    const char *name;
    uintptr_t address;
    uint64_t bytes; /* of its code */
    uint32_t type;  /* the BTF FUNC, or 0 */
    const char *section;
};

struct native {
    struct arena arena;
    struct code_memory code; /* code, then constants */
    void *data;              /* variables, or null */
    size_t data_bytes;
    const struct native_function *function; /* the global ones */
    uint32_t function_count;
    bool has_types;
    struct btf btf; /* of .BTF, which gcc -gbtf writes */
    const struct fingerprint *fingerprint;
    struct domain **bound; /* whose exports the undefined names are bound to */
    uint32_t bound_count;
};

/* What a native object is loaded with. */
struct native_load {
    const struct hooks *hooks;    /* must outlive the object */
    const uint8_t *key;           /* SIGNATURE_KEY_BYTES: whose signature counts */
    const char *kind;             /* what it must have been signed as */
    struct domain *const *domain; /* that undefined names are looked up in (resolve.h) */
    uint32_t domains;
};

/* Loads a signed object. Its bytes must neither move nor change while it is loaded. False, with
 * *why set and everything given back, when a rule is broken. */
bool native_open(struct native *native, const struct native_load *with, const void *file,
                 size_t len, struct report *why);
void native_close(struct native *native);

/* The global function of this name, or null. */
const struct native_function *native_function_named(const struct native *native, const char *name);

#endif
