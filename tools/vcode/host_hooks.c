/* SPDX-License-Identifier: MIT */
/* host_hooks.c -- see host_hooks.h. Code is placed near this program's own text, so that it can
 * call host functions directly, as a kernel's code can call the kernel. */
#include "host_hooks.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define WINDOW_BYTES                                                                               \
    ((uintptr_t)1 << 30) /* calls reach 2 GiB: all of the window, and this program's text from it  \
                          */
#define WINDOW_SKIP ((uintptr_t)1 << 28) /* past the program's own image and its heap */
#define PLACES      64                   /* tried in the window before giving up */

static void *host_allocate(void *owner, size_t bytes) {
    struct host_hooks *h = owner;
    if (bytes > h->limit - h->allocated)
        return NULL;
    void *memory = calloc(1, bytes ? bytes : 1);
    if (memory)
        h->allocated += bytes;
    return memory;
}

static void host_release(void *owner, void *memory, size_t bytes) {
    struct host_hooks *h = owner;
    if (!memory)
        return;
    h->allocated -= bytes;
    free(memory);
}

/* A free place in the window for a shared mapping with these rights, or MAP_FAILED. */
static void *map_in_window(const struct hooks *hooks, size_t bytes, int rights, int flags, int fd) {
    uintptr_t step = WINDOW_BYTES / PLACES;
    for (uintptr_t at = hooks->code_low; at + bytes <= hooks->code_high; at += 4096) {
        void *run =
            mmap((void *)at, bytes, rights, flags | MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);
        if (run == (void *)at)
            return run;
        if (run != MAP_FAILED)
            munmap(run, bytes);
        at += step - 4096;
    }
    return MAP_FAILED;
}

static size_t whole_pages(size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (bytes + page - 1) / page * page;
}

static bool host_code_map(void *owner, size_t bytes, struct code_memory *code) {
    struct host_hooks *h = owner;
    bytes = whole_pages(bytes);
    int fd = memfd_create("vcode", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, (off_t)bytes) < 0) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    void *write = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    void *run = write == MAP_FAILED ? MAP_FAILED
                                    : map_in_window(&h->hooks, bytes, PROT_READ | PROT_EXEC, 0, fd);
    close(fd);
    if (run == MAP_FAILED) {
        if (write != MAP_FAILED)
            munmap(write, bytes);
        return false;
    }
    *code = (struct code_memory){.write = write, .run = run, .bytes = bytes};
    h->code_bytes += bytes;
    return true;
}

static void host_code_seal(void *owner, struct code_memory *code) {
    (void)owner;
    munmap(code->write, code->bytes);
    code->write = NULL;
}

static void host_code_unmap(void *owner, struct code_memory *code) {
    struct host_hooks *h = owner;
    if (code->write)
        munmap(code->write, code->bytes);
    munmap(code->run, code->bytes);
    h->code_bytes -= code->bytes;
    *code = (struct code_memory){0};
}

static void *host_data_map(void *owner, size_t bytes) {
    struct host_hooks *h = owner;
    bytes = whole_pages(bytes);
    void *data = map_in_window(&h->hooks, bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS, -1);
    if (data == MAP_FAILED)
        return NULL;
    h->data_bytes += bytes;
    return data;
}

static void host_data_unmap(void *owner, void *memory, size_t bytes) {
    struct host_hooks *h = owner;
    munmap(memory, whole_pages(bytes));
    h->data_bytes -= whole_pages(bytes);
}

void host_hooks_init(struct host_hooks *h) {
    uintptr_t near = ((uintptr_t)&host_hooks_init & ~((uintptr_t)0xfffff)) + WINDOW_SKIP;
    *h = (struct host_hooks){
        .hooks = {.owner = h,
                  .allocate = host_allocate,
                  .release = host_release,
                  .code_map = host_code_map,
                  .code_seal = host_code_seal,
                  .code_unmap = host_code_unmap,
                  .code_low = near,
                  .code_high = near + WINDOW_BYTES,
                  .data_map = host_data_map,
                  .data_unmap = host_data_unmap},
        .limit = (size_t)1 << 30,
    };
}
