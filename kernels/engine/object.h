/* SPDX-License-Identifier: MIT */
/* object.h -- an ELF64-BPF object file, as `clang -target bpf` and `bpf-gcc` write it: its code,
 * with every relocation applied, its variables, what it defines, what it wants from others, its
 * types and its source lines.
 *
 * object_open checks first and copies afterwards. The file's bytes are read throughout the object's
 * life, so they must neither move nor change; where their author could change them, hand in a copy.
 * Memory comes from the hooks alone, in proportion to the file and to the size of its variables'
 * sections, and goes back with object_close.
 *
 * Code: the sections of code, in the file's order, are one run of slots, so that each function
 * exists once and may be reached by several programs. A call between sections has become a relative
 * one; a call of an extern function has become `call` of its number among `import` (source field
 * 0); an address has become the 64-bit constant for a variable (source field 3, number, offset) or
 * for code (source field 4, relative). The bytes are what program_decode takes.
 *
 * Variables: each section of data is one variable, numbered as in `variable`; the extern ones have
 * the numbers after. What the object gives is their initial contents; object_data_create of
 * object_data.h makes an instance, as many as the caller likes.
 *
 * Nothing here knows what an instruction does, or which call is allowed. */
#ifndef ENGINE_OBJECT_H
#define ENGINE_OBJECT_H

#include "engine/types/btf.h"
#include "engine/base/report.h"
#include "engine/opcode.h"

#define OBJECT_BYTES_MAX    (8u << 20)
#define OBJECT_SECTIONS_MAX 1024
#define OBJECT_SYMBOLS_MAX  (1u << 16)
#define OBJECT_SLOTS_MAX    (1u << 18)
#define OBJECT_DATA_MAX     (16u << 20) /* bytes of all variables together */
#define OBJECT_NAME_MAX     255
#define OBJECT_NONE         0xffffffffu /* no slot, no section, no number */

enum object_role { ROLE_OTHER, ROLE_CODE, ROLE_DATA };

struct object_section {
    const char *name;
    uint32_t type, link, info; /* as ELF has them */
    uint64_t flags;
    uint64_t memory_bytes; /* a section without contents, as .bss, has some all the same */
    uint32_t align;
    struct bytes data;
    uint32_t header_at;   /* of its section header, in the file */
    uint32_t relocations; /* the section that holds them, or 0 */
    enum object_role role;
    uint32_t number; /* ROLE_CODE: its first slot. ROLE_DATA: the variable it is */
};

struct object_function {
    const char *name;
    uint32_t section;
    uint32_t start, end; /* slots [start, end); no two functions overlap, and they ascend */
    uint32_t type;       /* the BTF FUNC, or 0 */
    bool global;
};

struct object_variable {
    const char *name;       /* the section's */
    const uint8_t *initial; /* in the file; null for zeros */
    uint32_t bytes, align;
    bool writable;
};

struct object_global { /* a variable of the source, inside a section of data */
    const char *name;
    uint32_t variable, offset, bytes;
    uint32_t type; /* the BTF VAR, or 0 */
    bool global;
};

struct object_extern {
    const char *name;
    uint32_t type; /* the BTF FUNC or VAR, or 0: clang 14 with -O0 does not describe functions */
    bool weak;
};

struct object_pointer { /* eight bytes of a variable that hold an address */
    uint32_t variable, offset;
    bool to_code;
    uint32_t target; /* a slot, or the number of a variable (also an extern one) */
    uint64_t add;    /* to a variable's address */
};

struct line;

struct object {
    struct bytes file;
    struct arena arena;
    struct object_section *section;
    uint32_t section_count;
    uint8_t *code;
    uint32_t slots;
    struct object_function *function;
    uint32_t function_count;
    struct object_variable *variable;
    uint32_t variable_count;
    struct object_global *global;
    uint32_t global_count;
    struct object_extern *import; /* functions it calls */
    uint32_t import_count;
    struct object_extern *extern_variable; /* the first has the number variable_count */
    uint32_t extern_variable_count;
    struct object_pointer *pointer;
    uint32_t pointer_count;
    bool has_types;
    struct btf btf;
    struct line *line; /* one a slot, or null; read them by lines.h */
};

/* Opens len bytes. False, with *why set and nothing left allocated, when a rule is broken. The
 * hooks must outlive the object. */
bool object_open(struct object *object, const struct hooks *hooks, const void *file, size_t len,
                 struct report *why);
void object_close(struct object *object);

/* The function that holds a slot, or null; the one of this name, or null. */
const struct object_function *object_function_at(const struct object *object, uint32_t slot);
const struct object_function *object_function_named(const struct object *object, const char *name);

/* The section of code that holds a slot below `slots`. */
const struct object_section *object_section_at(const struct object *object, uint32_t slot);

#endif
