/* SPDX-License-Identifier: MIT */
/* access.c -- see access.h. */
#include "access.h"

#include "lib/string.h"
#include "machine/user/program.h"
#include "machine/trap/catch.h"
#include "machine/user/user.h"
#include "machine/cpu/x86.h"

static void do_read(void *at) {
    (void)*(volatile char *)at;
}

static void do_write(void *at) {
    *(volatile char *)at = *(volatile char *)at;
}

static void do_call(void *at) {
    ((void (*)(void))at)();
}

static struct outcome attempt(void (*fn)(void *), uint64_t at) {
    struct outcome o = {0};
    o.trapped = trap_catch(&o.frame, fn, (void *)at);
    o.cr2 = read_cr2();
    return o;
}

struct outcome access_read(uint64_t at) {
    return attempt(do_read, at);
}

struct outcome access_write(uint64_t at) {
    return attempt(do_write, at);
}

struct outcome access_call(uint64_t at) {
    return attempt(do_call, at);
}

bool is_page_fault(const struct outcome *o, uint64_t at, uint64_t error) {
    return o->trapped && o->frame.vector == TRAP_PAGE && o->cr2 == at && o->frame.error == error;
}

static char *page_at(struct space *s, vaddr_t at) {
    struct page_mapping m;
    return page_walk(&s->table, at, &m) ? NULL : direct(m.frame);
}

bool space_open(struct space *s) {
    if (page_table_create(&s->table, 0))
        return false;
    if (program_map(&s->table, SPACE_CODE, 1, PAGE_EXECUTE) ||
        program_map(&s->table, SPACE_DATA, 1, PAGE_WRITE) ||
        program_map(&s->table, SPACE_STACK_TOP - PAGE_SIZE, 1, PAGE_WRITE))
        return false;
    s->code = page_at(s, SPACE_CODE);
    s->data = page_at(s, SPACE_DATA);
    s->code[0] = (char)0xc3; /* ret */
    page_table_load(&s->table);
    return true;
}

void space_close(struct space *s) {
    page_table_load(&page_table_kernel);
    program_unload(&s->table);
    page_table_destroy(&s->table);
}

static struct trap_frame taken;

static void take(struct trap_frame *f) {
    taken = *f;
    user_return(0);
}

struct trap_frame space_run(struct space *s, const void *code, size_t n) {
    struct trap_frame f;
    memcpy(s->code, code, n);
    for (unsigned v = 0; v < TRAP_EXCEPTIONS; v++)
        trap_handle(v, take);
    user_frame_init(&f, SPACE_CODE, SPACE_STACK_TOP, false);
    user_run(&f);
    for (unsigned v = 0; v < TRAP_EXCEPTIONS; v++)
        trap_handle(v, NULL);
    return taken;
}
