/* SPDX-License-Identifier: MIT */
/* host_hooks.c -- see host_hooks.h. Code is placed near this program's own text, so that it can
 * call host functions directly, as a kernel's code can call the kernel; small pieces share pages,
 * as a kernel's do. Executable pages are never mapped writable: code is collected in plain memory
 * and written to the file that they show. */
#include "host_hooks.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/pieces.h"

/* Calls reach 2 GiB: all of the window, and this program's text from it. */
#define WINDOW_BYTES ((uintptr_t)1 << 30)
#define WINDOW_SKIP  ((uintptr_t)1 << 28) /* past the program's own image and its heap */
#define PLACES       4096                 /* tried in the window before giving up */
#define BREAKPOINT   0xcc                 /* what no code covers traps */

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

static size_t whole_pages(size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (bytes + page - 1) / page * page;
}

/* A free place in the window for a shared mapping with these rights, or MAP_FAILED: behind the last
 * one, for what is near is found faster by the processor, too. */
static void *map_in_window(struct host_hooks *h, size_t bytes, int rights, int flags, int fd) {
    for (unsigned tries = 0; tries < PLACES && bytes <= WINDOW_BYTES; tries++) {
        if (h->next < h->hooks.code_low || h->next + bytes > h->hooks.code_high)
            h->next = h->hooks.code_low;
        void *at = (void *)h->next;
        void *run = mmap(at, bytes, rights, flags | MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);
        h->next += bytes;
        if (run == at)
            return run;
        if (run != MAP_FAILED)
            munmap(run, bytes);
    }
    return MAP_FAILED;
}

static void unmap_in_window(struct host_hooks *h, void *memory, size_t bytes) {
    munmap(memory, bytes);
    if ((uintptr_t)memory < h->next)
        h->next = (uintptr_t)memory;
}

/* Pages of code: one that pieces share, or those of one long piece. */
struct host_pages {
    struct host_pages *next;
    uint8_t *run;
    size_t bytes;
    uint64_t taken; /* pieces; all, if it is not shared */
    int fd;
    pid_t by; /* a child goes on running its parent's code, and takes pages of its own */
};

static bool write_code(const struct host_pages *pages, size_t at, const void *bytes, size_t len) {
    return pwrite(pages->fd, bytes, len, (off_t)at) == (ssize_t)len;
}

static bool write_breakpoints(const struct host_pages *pages, size_t at, size_t len) {
    uint8_t breakpoints[PIECE_BYTES];
    memset(breakpoints, BREAKPOINT, sizeof breakpoints);
    for (size_t end = at + len; at < end; at += PIECE_BYTES)
        if (!write_code(pages, at, breakpoints, PIECE_BYTES))
            return false;
    return true;
}

/* Pages full of breakpoints, or null. */
static struct host_pages *open_pages(struct host_hooks *h, size_t bytes) {
    struct host_pages *pages = malloc(sizeof *pages);
    if (!pages)
        return NULL;
    *pages = (struct host_pages){
        .next = h->pages, .bytes = bytes, .fd = memfd_create("vcode", MFD_CLOEXEC), .by = getpid()};
    void *run = MAP_FAILED;
    if (pages->fd >= 0 && write_breakpoints(pages, 0, bytes)) /* which makes it so long */
        run = map_in_window(h, bytes, PROT_READ | PROT_EXEC, 0, pages->fd);
    if (run == MAP_FAILED) {
        if (pages->fd >= 0)
            close(pages->fd);
        free(pages);
        return NULL;
    }
    pages->run = run;
    return h->pages = pages;
}

static void close_pages(struct host_hooks *h, struct host_pages *pages) {
    struct host_pages **link = &h->pages;
    while (*link != pages)
        link = &(*link)->next;
    *link = pages->next;
    unmap_in_window(h, pages->run, pages->bytes);
    close(pages->fd);
    free(pages);
}

static struct host_pages *pages_at(const struct host_hooks *h, const uint8_t *run) {
    struct host_pages *pages = h->pages;
    while (run < pages->run || run >= pages->run + pages->bytes)
        pages = pages->next;
    return pages;
}

static bool is_shared(size_t bytes) {
    return bytes <= PIECES_AT_ONE;
}

static uint8_t *take_piece(struct host_hooks *h, size_t bytes) {
    size_t offset;
    struct host_pages *pages = h->pages;
    while (pages && (pages->by != getpid() || !pieces_take(&pages->taken, bytes, &offset)))
        pages = pages->next;
    if (!pages) {
        pages = open_pages(h, PIECES_BYTES);
        if (!pages || !pieces_take(&pages->taken, bytes, &offset))
            return NULL;
    }
    return pages->run + offset;
}

static uint8_t *take_pages(struct host_hooks *h, size_t bytes) {
    struct host_pages *pages = open_pages(h, bytes);
    if (!pages)
        return NULL;
    pages->taken = UINT64_MAX;
    return pages->run;
}

static bool host_code_map(void *owner, size_t bytes, struct code_memory *code) {
    struct host_hooks *h = owner;
    if (bytes == 0 || bytes > WINDOW_BYTES)
        return false;
    bytes = is_shared(bytes) ? pieces_round_up(bytes) : whole_pages(bytes);
    *code = (struct code_memory){.write = malloc(bytes), .bytes = bytes};
    if (code->write)
        code->run = is_shared(bytes) ? take_piece(h, bytes) : take_pages(h, bytes);
    if (!code->run) {
        free(code->write);
        return false;
    }
    memset(code->write, BREAKPOINT, bytes);
    h->code_bytes += bytes;
    return true;
}

static void host_code_seal(void *owner, struct code_memory *code) {
    const struct host_pages *pages = pages_at(owner, code->run);
    if (!write_code(pages, (size_t)(code->run - pages->run), code->write, code->bytes))
        abort(); /* the file has had this length since it was made */
    free(code->write);
    code->write = NULL;
}

static void host_code_unmap(void *owner, struct code_memory *code) {
    struct host_hooks *h = owner;
    struct host_pages *pages = pages_at(h, code->run);
    size_t at = (size_t)(code->run - pages->run);
    if (is_shared(code->bytes)) {
        if (pages->by == getpid() && !write_breakpoints(pages, at, code->bytes))
            abort();
        pieces_give(&pages->taken, at, code->bytes);
    }
    if (!is_shared(code->bytes) || !pages->taken)
        close_pages(h, pages);
    h->code_bytes -= code->bytes;
    free(code->write);
    *code = (struct code_memory){0};
}

static void *host_data_map(void *owner, size_t bytes) {
    struct host_hooks *h = owner;
    bytes = whole_pages(bytes);
    void *data = map_in_window(h, bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS, -1);
    if (data == MAP_FAILED)
        return NULL;
    h->data_bytes += bytes;
    return data;
}

static void host_data_unmap(void *owner, void *memory, size_t bytes) {
    struct host_hooks *h = owner;
    unmap_in_window(h, memory, whole_pages(bytes));
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
        .next = near,
    };
}
