/* SPDX-License-Identifier: MIT */
/* export.h -- what a kernel exports, named once:
 *
 *     EXPORT(public, console_write, EXPORT_FUNCTION, .signature = &console_write_signature);
 *
 * puts an entry into the table `public` and makes a constant, export_console_write, that points at
 * the thing. The entry has name and address. The constant is there for its type: the build compiles
 * the file a second time for its BTF alone, and domain_create finds there what export_NAME points
 * to. So the type is the one that the kernel's headers declare, and nobody types it in again.
 *
 * The build's tool `exports` opens that BTF and refuses to build an image with an export that it
 * does not describe. */
#ifndef ENGINE_EXPORT_H
#define ENGINE_EXPORT_H

#include "engine/domain.h"

#define EXPORT_PREFIX "export_"

#define EXPORT(table, id, kind_, ...) EXPORT_AS(table, id, id, kind_, __VA_ARGS__)

/* The same under another name than it has here. */
#define EXPORT_AS(table, name_, id, kind_, ...)                                                    \
    extern __typeof__(id) *const export_##name_;                                                   \
    __typeof__(id) *const export_##name_ __attribute__((used)) = &(id);                            \
    static const struct export entry_##name_                                                       \
        __attribute__((section("exports_" #table), used, aligned(8))) = {                          \
            .name = #name_, .address = (const void *)&(id), .kind = (kind_), __VA_ARGS__}

/* The section of types that the build made of this source, EXPORTS_TYPES(table): stands in it,
 * outside of what is compiled for the types alone (#ifndef EXPORTS_TYPES_ONLY). */
#define EXPORTS_EMBED(table, source)                                                               \
    extern const uint8_t types_##table[], types_##table##_end[];                                   \
    __asm__(".pushsection .rodata\n.balign 16\ntypes_" #table ": .incbin \"exports/" source        \
            ".btf\"\ntypes_" #table "_end:\n.popsection")
#define EXPORTS_TYPES(table)                                                                       \
    ((struct bytes){types_##table, (size_t)(types_##table##_end - types_##table)})

/* Declares the table, whose entries are EXPORTS(table)[0] to [EXPORTS_COUNT(table) - 1]. */
#define EXPORTS_DECLARE(table)                                                                     \
    extern const struct export __start_exports_##table[], __stop_exports_##table[]
#define EXPORTS(table)       __start_exports_##table
#define EXPORTS_COUNT(table) ((uint32_t)(__stop_exports_##table - __start_exports_##table))

#endif
