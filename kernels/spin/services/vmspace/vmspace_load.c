/* SPDX-License-Identifier: MIT */
/* vmspace_load.c -- see vmspace.h. What the program does not write are pages of its file, which
 * come when they are touched; only those with other data of it are there from the start. */
#include "spin/services/vmspace/vmspace.h"

#include "common/archive.h"
#include "lib/elf.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/thread/preempt.h"
#include "spin/services/vm/charge.h"
#include "spin/services/vmspace/vmspace_files.h"

static const struct amap_object anonymous;

/* Where there is none yet. */
static int add_page(struct vmspace *vm, vaddr_t at) {
    struct region *r = region_at(&vm->regions, at);
    struct phys_addr *p;
    if (amap_page(r, at))
        return 0;
    int error = charged_page(vm->pager, vm->pager, &p);
    if (error)
        return error;
    preempt_disable();
    amap_set(r, at, p);
    error = amap_show(r, at);
    preempt_enable();
    return error;
}

/* Bytes of the source come to lie at an address of a region, in one of its pages. */
static int put(struct vmspace *vm, vaddr_t at, const struct elf_source *source, uint64_t from,
               size_t n) {
    char bytes[256];
    int error = add_page(vm, at);
    while (!error && n) {
        size_t now = n < sizeof bytes ? n : sizeof bytes;
        error = source->read(source->arg, from, bytes, now);
        if (!error)
            error = phys_addr_write(amap_page(region_at(&vm->regions, at), at), at % PAGE_SIZE,
                                    bytes, now);
        at += now, from += now, n -= now;
    }
    return error;
}

/* Whole pages of the file, and what it has behind the segment harms nobody. */
static bool is_shown(const struct elf_segment *s) {
    return !s->write && s->data_len == s->memory_len && s->at % PAGE_SIZE == s->data % PAGE_SIZE;
}

static int load_segment(struct vmspace *vm, struct memory_object *file,
                        const struct elf_source *source, const struct elf_segment *s) {
    vaddr_t first = page_round_down(s->at), end = page_round_up(s->at + s->memory_len);
    unsigned protection =
        REGION_READ | (s->write ? REGION_WRITE : 0) | (s->execute ? REGION_EXECUTE : 0);
    const struct region_kind kind = {protection, REGION_ALL, REGION_COPIED};
    const struct amap_object object = {is_shown(s) ? file : NULL, s->data / PAGE_SIZE, false};
    int error = vmspace_allocate(vm, &first, (end - first) / PAGE_SIZE, &kind, &object);
    for (uint64_t from = 0, n; !error && !object.object && from < s->data_len; from += n) {
        n = PAGE_SIZE - (s->at + from) % PAGE_SIZE;
        if (n > s->data_len - from)
            n = s->data_len - from;
        error = put(vm, s->at + from, source, s->data + from, n);
    }
    return error;
}

/* The stack, with the words at its end. */
static int load_stack(struct vmspace *vm, uint64_t a, const char *words) {
    const vaddr_t at = PROCESS_STACK_TOP - PROCESS_WORDS_MAX;
    struct elf_source source = elf_in_memory(words, strnlen(words, VMSPACE_WORDS_MAX - 1));
    const struct region_kind kind = {REGION_READ | REGION_WRITE, REGION_ALL, REGION_COPIED};
    vaddr_t first = PROCESS_STACK_TOP - PROCESS_STACK_PAGES * PAGE_SIZE;
    int error = vmspace_allocate(vm, &first, PROCESS_STACK_PAGES, &kind, &anonymous);
    if (!error)
        error = put(vm, at, &source, 0, source.len);
    user_frame_init(&vm->start, vm->process.entry, at, true);
    vm->start.rdi = a;
    vm->start.rdx = at;
    return error;
}

static int load(struct vmspace *vm, struct memory_object *file, const struct elf_source *source,
                uint64_t a, const char *words) {
    const char *why;
    struct elf elf;
    int error = elf_open(&elf, source, PAGE_SIZE, USER_TOP, &why);
    for (unsigned i = 0; !error && i < elf.count; i++)
        error = load_segment(vm, file, source, &elf.segment[i]);
    if (!error)
        vm->process.entry = elf.entry;
    if (!error)
        error = load_stack(vm, a, words);
    return error == -E_EXISTS ? -E_BAD_IMAGE : error; /* it lies in the stack */
}

int vmspace_load(struct vmspace **vm, struct module *pager, address_space_handler *calls,
                 const char *program, uint64_t a, const char *words) {
    struct elf_source source;
    struct memory_object *file;
    size_t bytes;
    if (!archive_find(program, &source))
        return -E_NOT_FOUND;
    int error = vmspace_file(pager, program, &file, &bytes);
    if (error)
        return error;
    error = vmspace_create(vm, pager, calls);
    if (!error) {
        error = load(*vm, file, &source, a, words);
        if (error)
            vmspace_destroy(*vm);
    }
    memory_object_drop(file);
    return error;
}

int vmspace_map(struct vmspace *vm, const char *file, bool write, vaddr_t *at, size_t *bytes) {
    const struct region_kind kind = {REGION_READ | (write ? REGION_WRITE : 0), REGION_ALL,
                                     REGION_COPIED};
    struct amap_object object = {0};
    int error = vmspace_file(vm->pager, file, &object.object, bytes);
    if (error)
        return error;
    *at = 0;
    error = vmspace_allocate(vm, at, object.object->pages, &kind, &object);
    memory_object_drop(object.object);
    return error;
}
