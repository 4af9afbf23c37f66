/* SPDX-License-Identifier: MIT */
/* domain.h -- protection domains as SPIN has them: a set of names that code may be linked to, and
 * no address space (Bershad et al., SOSP '95, 3.1; Sirer et al., WCSSS '96). Whoever holds a
 * reference to a domain may link against it; for whoever holds none its names do not exist. There
 * is no list of all domains.
 *
 * A domain is made of exports and never changes; combining gives a new one, the union of others. It
 * lives as long as somebody holds it or is bound to one of its exports. Its maker can withdraw it
 * when nobody is bound: from then on it exports nothing, to nobody. */
#ifndef ENGINE_DOMAIN_H
#define ENGINE_DOMAIN_H

#include "engine/link/fingerprint.h"
#include "engine/kind.h"
#include "engine/base/report.h"

/* The types that exports are described by; several domains may share them. */
struct types {
    struct arena arena;
    struct btf btf;
    const struct fingerprint *fingerprint; /* of all of them */
};

/* Opens a section of BTF, whose bytes must outlive the types as the types must outlive the domains.
 * False, with *why set and nothing left allocated. */
bool types_open(struct types *types, const struct hooks *hooks, struct bytes section,
                struct report *why);
void types_close(struct types *types);

enum export_kind {
    EXPORT_FUNCTION,
    EXPORT_EVENT, /* called as a function is, which raises it */
    EXPORT_VARIABLE
};

struct image; /* see program_image.h */

struct export {
    const char *name; /* kept by reference, as is what follows, until the domain is withdrawn */
    const void *address;
    const struct signature *signature; /* of what is called: what the verifier demands of callers */
    uint8_t kind;                      /* enum export_kind */
    bool writable;                     /* a variable: by what is linked to it */
    uint32_t bytes;                    /* a variable's */
    const struct image *image;         /* of verified code: the program it is */
    uint32_t type; /* a variable's, or the FUNC_PROTO; 0: see EXPORT in export.h */
};

struct domain;

/* Makes a domain, held by the caller, of `count` exports, which are copied. Null, with *why set,
 * for two exports of one name, for one without a type, and when out of memory. */
struct domain *domain_create(const struct hooks *hooks, const char *name, const struct types *types,
                             const struct export *exports, uint32_t count, struct report *why);

/* The union of several; null when out of memory. What two of them both contain is there once. */
struct domain *domain_combine(const struct hooks *hooks, const char *name,
                              struct domain *const *domains, uint32_t count);

/* What `domain` exports of these names and no more: an interface of it. Null, with *why set, when
 * it does not export one of them, and when out of memory. What is bound to one of them is bound to
 * `domain`, too, as far as withdrawing and unresolving go. */
struct domain *domain_select(const struct hooks *hooks, const char *name, struct domain *domain,
                             const char *const *names, uint32_t count, struct report *why);

/* One holder more, one less; the last one gives everything back. A null domain may be released. */
struct domain *domain_hold(struct domain *domain);
void domain_release(struct domain *domain);

/* The domain exports nothing any more; false when somebody is bound to one of its exports. For what
 * domain_create made, and its maker. */
bool domain_withdraw(struct domain *domain);

/* Is somebody bound to one of its exports? */
bool domain_is_bound(struct domain *domain);

const char *domain_name(const struct domain *domain);

/* Does it, or what it was selected from, consist of this part, or of one selected from that? */
bool domain_contains(struct domain *domain, const struct domain *part);

/* The type of what the constant export_NAME points to, or 0. */
uint32_t domain_described_type(const struct btf *btf, const char *name);

/* For the linker: a domain as a list of the created domains that it consists of, and the export of
 * a name in one of these, or null. */
uint32_t domain_parts(const struct domain *domain);
struct domain *domain_part(struct domain *domain, uint32_t i);
const struct export *domain_find(const struct domain *part, const char *name);
const struct types *domain_types(const struct domain *part);
/* For the linker: one name more, or less, is bound to an export of the part. */
void domain_bind(struct domain *part);
void domain_unbind(struct domain *part);

#endif
