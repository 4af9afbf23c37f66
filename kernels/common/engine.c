/* SPDX-License-Identifier: MIT */
/* engine.c -- see engine.h. */
#include "common/engine.h"

#include "common/fault.h"
#include "lib/string.h"
#include "machine/memory/code.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"

/* The heap has no lock (preempt.h). */

static void *engine_allocate(void *owner, size_t bytes) {
    (void)owner;
    preempt_disable();
    void *memory = heap_alloc_dirty(bytes);
    preempt_enable();
    return memory ? memset(memory, 0, bytes) : NULL;
}

static inline void release_once(void *memory, size_t bytes) {
    preempt_disable();
    heap_free(memory, bytes);
    preempt_enable();
}

/* The rest is more than a page, so that the heap takes it for pages as well. */
__attribute__((noinline)) static void release_page_by_page(char *memory, size_t bytes) {
    for (; bytes > 2 * PAGE_SIZE; bytes -= PAGE_SIZE, memory += PAGE_SIZE)
        release_once(memory, PAGE_SIZE);
    release_once(memory, bytes);
}

/* In regions that are short whatever its length. */
static void engine_release(void *owner, void *memory, size_t bytes) {
    (void)owner;
    if (memory && bytes > 2 * PAGE_SIZE)
        release_page_by_page(memory, bytes);
    else
        release_once(memory, bytes);
}

static bool engine_code_map(void *owner, size_t bytes, struct code_memory *code) {
    struct code_pages pages;
    (void)owner;
    if (code_alloc(&pages, bytes))
        return false;
    *code = (struct code_memory){pages.write, pages.run, pages.bytes};
    return true;
}

static struct code_pages pages_of(const struct code_memory *code) {
    return (struct code_pages){code->write, code->run, code->bytes};
}

static void engine_code_seal(void *owner, struct code_memory *code) {
    struct code_pages pages = pages_of(code);
    (void)owner;
    code_seal(&pages);
    code->write = NULL;
}

static void engine_code_unmap(void *owner, struct code_memory *code) {
    struct code_pages pages = pages_of(code);
    (void)owner;
    code_free(&pages);
    *code = (struct code_memory){0};
}

static void *engine_data_map(void *owner, size_t bytes) {
    (void)owner;
    return code_alloc_data(bytes);
}

static void engine_data_unmap(void *owner, void *memory, size_t bytes) {
    (void)owner;
    code_free_data(memory, bytes);
}

/* All memory of a kernel lies between these. */
_Static_assert(DIRECT_BASE - ((uint64_t)1 << 63) > DISTANCE &&
                   -(CODE_BASE + (uint64_t)CODE_WINDOW) > DISTANCE,
               "what programs are handed keeps its distance from the ends of the address space");

/* All of the window reaches all of the image, and it the window: both lie in the last two GiB. */
const struct hooks engine_hooks = {
    .allocate = engine_allocate,
    .release = engine_release,
    .code_map = engine_code_map,
    .code_seal = engine_code_seal,
    .code_unmap = engine_code_unmap,
    .code_low = CODE_BASE,
    .code_high = CODE_BASE + CODE_WINDOW,
    .data_map = engine_data_map,
    .data_unmap = engine_data_unmap,
};

void engine_trap(const struct trap_frame *f, struct net_trap *trap) {
    *trap = (struct net_trap){
        .at = f->rip,
        .processor = {f->rax, f->rcx, f->rdx, f->rbx, f->rsp, f->rbp, f->rsi, f->rdi, f->r8, f->r9,
                      f->r10, f->r11, f->r12, f->r13, f->r14, f->r15},
        .reason = trap_name((unsigned)f->vector),
    };
}

static bool run_guarded(void *owner, void (*fn)(void *arg), void *arg, struct net_trap *trap) {
    struct trap_frame f;
    (void)owner;
    if (!trap_catch(&f, fn, arg))
        return false;
    if (!fault_is_of_program(&f)) /* an NMI, broken hardware, a panic of what it called */
        panic_again(&f);
    engine_trap(&f, trap);
    return true;
}

const struct net_guard engine_guard = {.run = run_guarded};

struct domain *engine_domain(const char *name, struct bytes section, const struct export *exports,
                             uint32_t count) {
    struct types *types = heap_alloc(sizeof *types);
    struct report why;
    if (!types)
        panic("engine_domain: no memory for the types of %s", name);
    if (!types_open(types, &engine_hooks, section, &why))
        panic("engine_domain: types of %s: %s", name, why.text);
    struct domain *domain = domain_create(&engine_hooks, name, types, exports, count, &why);
    if (!domain)
        panic("engine_domain: %s", why.text);
    return domain;
}

#define CRC32_BYTES_MAX 4096
#define CRC32_PER_BYTE  16 /* instructions, or fewer */

const struct signature engine_crc32_signature = {
    .parameter = {{.kind = SHAPE_NUMBER},
                  {.kind = SHAPE_MEMORY, .may = MAY_READ | LENGTH_FOLLOWS},
                  {.kind = SHAPE_NUMBER, .max = CRC32_BYTES_MAX}},
    .result = {.kind = SHAPE_NUMBER},
    .facts = FUNCTIONAL | EPHEMERAL | DETERMINISTIC,
    .cost = CRC32_BYTES_MAX * CRC32_PER_BYTE};
