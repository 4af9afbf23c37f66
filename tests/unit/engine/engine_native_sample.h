/* SPDX-License-Identifier: MIT */
/* engine_native_sample.h -- for the tests of native objects: what build/tests/native/sample.o wants
 * is exported by domains, with the types that it declares itself. */
#ifndef TESTS_ENGINE_NATIVE_SAMPLE_H
#define TESTS_ENGINE_NATIVE_SAMPLE_H

#include "engine/bytes.h"
#include "engine/domain.h"
#include "engine/native.h"
#include "engine_made.h"
#include "host_hooks.h"

/* A compiled object's .BTF. */
static inline struct bytes types_of(const uint8_t *object, size_t len) {
    struct bytes f = {object, len};
    uint64_t table = bytes_u64(f, 40);
    uint32_t names_at = (uint32_t)bytes_u64(f, table + 64u * bytes_u16(f, 62) + 24);
    for (unsigned i = 0; i < bytes_u16(f, 60); i++) {
        uint64_t header = table + 64u * i;
        if (!strcmp((const char *)object + names_at + bytes_u32(f, header), ".BTF"))
            return bytes_cut(f, bytes_u64(f, header + 24), bytes_u64(f, header + 32));
    }
    fail_msg("no .BTF");
    return (struct bytes){0};
}

/* A domain that exports the service and, if level is not null, the variable. */
static inline struct domain *sample_domain(const struct hooks *hooks, const struct types *types,
                                           const void *service, const void *level) {
    struct report why;
    const struct btf *btf = &types->btf;
    const struct export exports[] = {
        {.name = "sample_service",
         .address = service,
         .kind = EXPORT_FUNCTION,
         .type = btf_type(btf, btf_find(btf, BTF_FUNC, "sample_service")).type_size},
        {.name = "sample_level",
         .address = level,
         .kind = EXPORT_VARIABLE,
         .bytes = sizeof(int),
         .type = btf_type(btf, btf_find(btf, BTF_VAR, "sample_level")).type_size}};
    struct domain *d = domain_create(hooks, "sample", types, exports, level ? 2 : 1, &why);
    if (!d)
        fail_msg("%s", why.text);
    return d;
}

#endif
