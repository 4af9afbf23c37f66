/* SPDX-License-Identifier: MIT */
/* engine_native_fuzz.c -- any bytes as a signed file, and any bytes as the object that a good
 * signature covered: a verdict, and on refusal nothing left. Nothing is run. */
#include <sys/mman.h>

#include "../../unit/engine/engine_made.h"

#include "engine/native/internal.h"

/* Code and variables lie in the lowest 2 GiB, so that all relocations can fit. */
#define ROOM_BYTES (1u << 20)
#define CODE_AT    ((void *)0x10000000)
#define DATA_AT    ((void *)0x20000000)

static struct account account;

static void *map_at(void *at, size_t bytes) {
    if (bytes > ROOM_BYTES)
        return NULL;
    void *memory = mmap(at, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (memory != at)
        return NULL;
    account.live += bytes;
    return memory;
}

static void unmap(void *memory, size_t bytes) {
    account.live -= bytes;
    munmap(memory, bytes);
}

static bool code_map(void *owner, size_t bytes, struct code_memory *code) {
    (void)owner;
    uint8_t *memory = map_at(CODE_AT, bytes);
    *code = (struct code_memory){memory, memory, bytes};
    return memory;
}

static void code_seal(void *owner, struct code_memory *code) {
    (void)owner;
    code->write = NULL;
}

static void code_unmap(void *owner, struct code_memory *code) {
    (void)owner;
    unmap(code->run, code->bytes);
}

static void *data_map(void *owner, size_t bytes) {
    (void)owner;
    return map_at(DATA_AT, bytes);
}

static void data_unmap(void *owner, void *memory, size_t bytes) {
    (void)owner;
    unmap(memory, bytes);
}

static struct blob blob;
static struct types types;

/* `int sample_service(long amount)` and `int sample_level`, as tests/native/sample.c wants them. */
static struct domain *export_names(const struct hooks *hooks) {
    struct report why;
    size_t section_len;
    uint32_t number = blob_int(&blob, "int", 4, BTF_INT_SIGNED);
    uint32_t amount = blob_int(&blob, "long int", 8, BTF_INT_SIGNED);
    uint32_t service = blob_type(&blob, "", BTF_FUNC_PROTO, false, 1, number);
    blob_parameter(&blob, "amount", amount);
    const struct export exports[] = {{.name = "sample_service",
                                      .address = (const void *)0x10000,
                                      .kind = EXPORT_FUNCTION,
                                      .type = service},
                                     {.name = "sample_level",
                                      .address = (const void *)0x20000,
                                      .kind = EXPORT_VARIABLE,
                                      .bytes = 4,
                                      .type = number}};
    struct bytes section = {blob_section(&blob, &section_len), 0};
    section.len = section_len;
    if (!types_open(&types, hooks, section, &why))
        abort();
    return domain_create(hooks, "names", &types, exports, 2, &why);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    static struct hooks hooks;
    static struct domain *domain;
    static const uint8_t key[SIGNATURE_KEY_BYTES] = {1};
    if (!domain) {
        hooks = account_hooks(&account);
        hooks.code_map = code_map, hooks.code_seal = code_seal, hooks.code_unmap = code_unmap;
        hooks.data_map = data_map, hooks.data_unmap = data_unmap;
        domain = export_names(&hooks);
        account.live = 0; /* it stays */
    }
    const struct native_load with = {&hooks, key, "guard", &domain, 1};
    struct native native = {.arena = {.hooks = &hooks}};
    struct report why;
    if (native_open(&native, &with, bytes, len, &why))
        abort(); /* nobody can have signed it: the key is none */
    if (native_open_object(&native, &with, (struct bytes){bytes, len}, &why))
        native_close(&native);
    if (account.live)
        abort();
    return 0;
}
