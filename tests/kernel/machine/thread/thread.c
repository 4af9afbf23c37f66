/* SPDX-License-Identifier: MIT */
/* thread.c -- threads: what is one's own stays so across switches, stacks end where they should. */
#include "../access.h"
#include "threads.h"

#include "lib/string.h"
#include "machine/cpu/stack.h"
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "machine/trap/catch.h"
#include "machine/user/user.h"
#include "measure/bench.h"

/* A second thread that the check's own switches with; `first` is the check's. */
static struct thread *first, *second;

static void to_second(void) {
    thread_switch(first, second);
}

static void to_first(void) {
    thread_switch(second, first);
}

static bool begin(void (*fn)(void *), void *arg) {
    first = thread_current();
    second = thread_create(fn, arg);
    return second;
}

static unsigned steps;

static void count(void *by) {
    for (;;) {
        steps += *(unsigned *)by;
        to_first();
    }
}

CHECK(thread_turns, "thread/two_take_turns_where_each_was_left") {
    unsigned by = 3;
    CHECK_THAT(c, begin(count, &by));
    steps = 0;
    for (unsigned i = 1; i <= 10; i++) {
        to_second();
        CHECK_THAT(c, steps == 3 * i && thread_current() == first);
    }
    thread_free(second);
}

/* Where a number lies that is looked for on the stacks. */
#define SOUGHT 0x5eeca11ab1e5eed5u

struct search {
    unsigned stacks, found;
    const uint64_t *at;
};

static void search(const uint64_t *from, const uint64_t *end, void *with) {
    struct search *s = with;
    s->stacks++;
    for (; from < end; from++)
        if (*from == SOUGHT) {
            s->found++;
            s->at = from;
        }
}

static struct search search_stacks(void) {
    struct search s = {0};
    thread_stacks_each(search, &s);
    return s;
}

static void keep_number(void *unused) {
    (void)unused;
    volatile uint64_t number = SOUGHT;
    for (;;)
        to_first();
    (void)number;
}

CHECK(thread_stacks, "thread/what_a_thread_left_on_its_stack_is_shown_until_it_is_freed") {
    unsigned stacks = search_stacks().stacks;
    CHECK_THAT(c, begin(keep_number, NULL));
    CHECK_THAT(c, search_stacks().stacks == stacks + 1 && search_stacks().found == 0);
    to_second();
    struct search s = search_stacks();
    CHECK_THAT(c, s.found == 1 && (vaddr_t)s.at > second->guard && s.at < (uint64_t *)second);
    volatile uint64_t own = SOUGHT;
    CHECK_THAT(c, search_stacks().found == 2 && own == SOUGHT);
    own = 0;
    thread_free(second);
    CHECK_THAT(c, search_stacks().found == 0 && search_stacks().stacks == stacks);
}

bool switch_keeps(struct thread *from, struct thread *to, uint64_t number) {
    return switch_space_keeps(from, to, NULL, number);
}

bool switch_space_keeps(struct thread *from, struct thread *to, const struct page_table *space,
                        uint64_t number) {
    uint64_t kept; /* its lowest byte */
    void *way = space ? (void *)thread_switch_space : (void *)thread_switch;
    __asm__ volatile("push %%rbp\n\t"
                     "mov %3, %%rbx\n\tlea 1(%3), %%r12\n\tlea 2(%3), %%r13\n\tlea 3(%3), %%r14\n\t"
                     "lea 4(%3), %%r15\n\tlea 5(%3), %%rbp\n\tpush %3\n\t"
                     "call *%%rax\n\tpop %%rax\n\t"
                     "xor %%rax, %%rbx\n\tinc %%rax\n\txor %%rax, %%r12\n\tinc %%rax\n\t"
                     "xor %%rax, %%r13\n\tinc %%rax\n\txor %%rax, %%r14\n\tinc %%rax\n\t"
                     "xor %%rax, %%r15\n\tinc %%rax\n\txor %%rax, %%rbp\n\t"
                     "or %%r12, %%rbx\n\tor %%r13, %%rbx\n\tor %%r14, %%rbx\n\tor %%r15, %%rbx\n\t"
                     "or %%rbp, %%rbx\n\tpop %%rbp\n\tsete %b0"
                     : "=a"(kept), "+D"(from), "+S"(to), "+c"(number), "+d"(space)
                     : "0"(way)
                     : "rbx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc");
    return kept & 1;
}

static bool seconds_kept;

static void fill_second(void *arg) {
    (void)arg;
    for (;;)
        seconds_kept = switch_keeps(second, first, 0x2222222222222200) && seconds_kept;
}

CHECK(thread_registers, "thread/a_switch_keeps_what_a_call_keeps") {
    CHECK_THAT(c, begin(fill_second, NULL));
    seconds_kept = true;
    for (unsigned i = 0; i < 5; i++)
        CHECK_THAT(c, switch_keeps(first, second, 0x1111111111111100 + i));
    CHECK_THAT(c, seconds_kept);
    thread_free(second);
}

/* With an address space: the other one is loaded there. */
static struct page_table other;
static uint64_t seconds_root;

static void look_at_root(void *arg) {
    (void)arg;
    for (;;) {
        seconds_root = read_cr3();
        seconds_kept = switch_space_keeps(second, first, &page_table_kernel, 0x4444444444444400) &&
                       seconds_kept;
    }
}

CHECK(thread_space, "thread/a_switch_with_an_address_space_loads_it_and_keeps_what_a_call_keeps") {
    CHECK_THAT(c, begin(look_at_root, NULL) && !page_table_create(&other, 0));
    uint64_t root = read_cr3();
    bool kept = true, back = true;
    seconds_kept = true;
    for (unsigned i = 0; i < 5; i++) {
        kept = switch_space_keeps(first, second, &other, 0x3333333333333300 + i) && kept;
        back = back && read_cr3() == root && thread_current() == first;
    }
    bool loaded = page_round_down(seconds_root) == other.root.at && seconds_root != root;
    thread_free(second);
    page_table_destroy(&other);
    CHECK_THAT(c, kept && seconds_kept && back && loaded);
}

static void breakpoint(void *arg) {
    (void)arg;
    __asm__ volatile("int3");
}

static void switch_away(void *arg) {
    (void)arg;
    to_first();
    __asm__ volatile("ud2");
}

static void catch_second(void *out) {
    struct trap_frame f;
    *(uint64_t *)out = trap_catch(&f, switch_away, NULL) ? f.vector : TRAP_VECTORS;
    to_first();
}

/* With one chain for all, the first one's trap would land in the second's catch. */
CHECK(thread_catches, "thread/a_trap_comes_back_to_the_catch_of_its_own_thread") {
    struct trap_frame f;
    uint64_t seconds = 0;
    CHECK_THAT(c, begin(catch_second, &seconds));
    to_second(); /* is within its catch now */
    CHECK_THAT(c, !trap_is_caught());
    CHECK_THAT(c, trap_catch(&f, breakpoint, NULL) && f.vector == TRAP_BREAKPOINT);
    CHECK_THAT(c, seconds == 0);
    to_second();
    CHECK_THAT(c, seconds == TRAP_INVALID && !trap_is_caught());
    thread_free(second);
}

/* Calls itself until the stack ends. */
static void overflow(void *self) {
    ((void (*)(void *))self)(self);
    __asm__ volatile(""); /* so that it is no jump */
}

struct overflow {
    struct outcome outcome;
    bool overran;
};

static void overflow_second(void *out) {
    struct overflow *o = out;
    o->outcome.trapped = trap_catch(&o->outcome.frame, overflow, (void *)overflow);
    o->outcome.cr2 = read_cr2();
    o->overran = thread_overran(o->outcome.cr2);
    to_first();
}

CHECK(thread_overflow, "thread/a_stack_that_is_full_is_a_double_fault_in_its_guard_page") {
    struct overflow o = {0};
    CHECK_THAT(c, begin(overflow_second, &o));
    to_second();
    CHECK_THAT(c, o.outcome.trapped && o.outcome.frame.vector == TRAP_DOUBLE && o.overran);
    CHECK_THAT(c, !thread_overran(o.outcome.cr2)); /* which is not this thread's */
    thread_free(second);
}

CHECK(thread_guard, "thread/nothing_is_mapped_below_a_stack_and_nothing_of_it_can_be_run") {
    CHECK_THAT(c, begin(count, NULL));
    struct page_mapping m;
    CHECK_THAT(c, page_walk(&page_table_kernel, second->guard, &m));
    for (vaddr_t at = second->guard + PAGE_SIZE; at < second->top; at += PAGE_SIZE)
        CHECK_THAT(c, !page_walk(&page_table_kernel, at, &m) && m.rights == PAGE_WRITE);
    struct outcome below = access_write(second->guard + PAGE_SIZE - 1);
    CHECK_THAT(c, is_page_fault(&below, second->guard + PAGE_SIZE - 1, 0));
    thread_free(second);
}

CHECK(thread_pool, "thread/a_stack_that_was_given_back_is_the_next_ones") {
    CHECK_THAT(c, begin(count, NULL));
    thread_free(second);
    size_t frames = frame_unused();
    for (unsigned i = 0; i < 100; i++) {
        struct thread *t = thread_create(count, NULL);
        CHECK_THAT(c, t && !t->catch && !t->run && !t->net);
        thread_free(t);
    }
    CHECK_THAT(c, frame_unused() == frames);
}

static void free_it(void *t) {
    thread_free(t);
}

static bool free_panics(struct thread *t) {
    struct trap_frame f;
    return trap_catch(&f, free_it, t) && f.vector == TRAP_PANIC;
}

static void free_both(void *panicked) {
    *(bool *)panicked = free_panics(first) && free_panics(second);
    to_first();
}

CHECK(thread_kept, "thread/the_stack_of_who_runs_or_has_something_under_way_is_not_given_back") {
    bool panicked = false;
    struct catch *const catch = (struct catch *)&steps;
    CHECK_THAT(c, begin(free_both, &panicked));
    second->catch = catch;
    bool by_catch = free_panics(second);
    second->catch = NULL;
    second->run = (struct user_run *)&steps;
    bool by_run = free_panics(second);
    second->run = NULL;
    second->net = (struct net *)&steps;
    bool by_net = free_panics(second);
    second->net = NULL;
    second->unpreemptible = 1;
    bool by_region = free_panics(second);
    second->unpreemptible = 0;
    to_second(); /* where the first one is not the current thread, but the one booted on */
    CHECK_THAT(c, by_catch && by_run && by_net && by_region && panicked);
    thread_free(second);
}

static void return_at_once(void *arg) {
    (void)arg;
}

/* As the first switch to a thread would, on this stack: the panic is caught here. */
static void begin_and_return(void *unused) {
    extern const char thread_begin[];
    (void)unused;
    __asm__ volatile("call *%0" : : "r"(thread_begin), "b"(return_at_once) : "memory");
}

CHECK(thread_returned, "thread/a_function_that_returns_is_a_panic") {
    struct trap_frame f;
    CHECK_THAT(c, trap_catch(&f, begin_and_return, NULL) && f.vector == TRAP_PANIC);
}

#define POOL_MAX    256
#define STACK_PAGES (STACK_SIZE / PAGE_SIZE)

/* Makes a thread frame by frame. *taken: frames that it took; *given_back: whether an attempt took
 * a frame and had no use for it, as no table could be made. */
static struct thread *create_at_last(size_t *taken, bool *given_back) {
    size_t before = frame_unused(), left = 0;
    struct thread *t = NULL;
    *given_back = false;
    for (unsigned attempts = 0; attempts < 100 && !t; attempts++) {
        size_t unused = frame_unused();
        frame_withhold(left);
        t = thread_create(count, NULL);
        frame_withhold_end();
        *given_back |= !t && unused - frame_unused() < left;
        left = unused == frame_unused() ? left + 1 : 1;
    }
    *taken = before - frame_unused();
    return t;
}

/* The stacks' tables end somewhere: stacks are made until one needs a new table. */
CHECK(thread_no_memory,
      "thread/without_memory_for_a_stack_there_is_no_thread_and_nothing_is_lost") {
    static struct thread *made[POOL_MAX];
    size_t taken = STACK_PAGES;
    unsigned n = 0, pooled;
    bool given_back = false;
    frame_withhold(0);
    while (n < POOL_MAX - 1 && (made[n] = thread_create(count, NULL)))
        n++; /* the pool's */
    frame_withhold_end();
    pooled = n;
    do
        if ((made[n] = create_at_last(&taken, &given_back)))
            n++;
        else
            taken = 0;
    while (n < POOL_MAX && taken == STACK_PAGES && frame_unused() > 100);
    unsigned fresh = n - pooled;
    while (n)
        thread_free(made[--n]);
    CHECK_THAT(c, fresh && taken >= STACK_PAGES && taken <= STACK_PAGES + 3);
    CHECK_THAT(c, taken == STACK_PAGES || given_back);
}

/* Both threads run user code at once: each is left in a breakpoint of its own. */
static const uint8_t two_breakpoints[] = {
    0x48, 0xff, 0xc0, /* inc %rax */
    0xcc,             /* int3 */
    0x48, 0xff, 0xc0, /* inc %rax */
    0x0f, 0x0b,       /* ud2 */
};
static struct space space;
static bool frames_are_threads;

static void change_thread(struct trap_frame *f) {
    frames_are_threads = frames_are_threads && f == thread_frame(thread_current());
    thread_current() == first ? to_second() : to_first();
}

static void end_run(struct trap_frame *f) {
    user_return(f->rax);
}

static uint64_t run_from(uint64_t rax) {
    struct trap_frame f;
    user_frame_init(&f, SPACE_CODE, SPACE_STACK_TOP, false);
    f.rax = rax;
    return user_run(&f);
}

static void run_second(void *out) {
    *(uint64_t *)out = run_from(200);
    to_first();
}

/* The kernel traps while it handles an exception of user code. */
static void trap_in_handler(struct trap_frame *f) {
    (void)f;
    __asm__ volatile("ud2");
}

static void run_and_trap(void *arg) {
    (void)arg;
    run_from(0);
}

CHECK(thread_run_caught, "thread/a_trap_that_is_caught_ends_the_run_of_user_code_it_came_from") {
    struct trap_frame f;
    uint64_t top = thread_current()->top;
    CHECK_THAT(c, space_open(&space));
    memcpy(space.code, two_breakpoints, sizeof two_breakpoints);
    trap_handle(TRAP_BREAKPOINT, trap_in_handler);
    bool trapped = trap_catch(&f, run_and_trap, NULL);
    trap_handle(TRAP_BREAKPOINT, end_run);
    bool over = !thread_current()->run && thread_current()->top == top;
    if (over)
        over = run_from(5) == 6 && thread_current()->top == top;
    trap_handle(TRAP_BREAKPOINT, NULL);
    space_close(&space);
    CHECK_THAT(c, trapped && over);
}

CHECK(thread_user, "thread/two_run_user_code_at_once_each_from_its_own_stack") {
    uint64_t seconds = 0;
    CHECK_THAT(c, begin(run_second, &seconds));
    CHECK_THAT(c, space_open(&space));
    memcpy(space.code, two_breakpoints, sizeof two_breakpoints);
    frames_are_threads = true;
    trap_handle(TRAP_BREAKPOINT, change_thread);
    trap_handle(TRAP_INVALID, end_run);
    uint64_t firsts = run_from(100);
    to_second();
    trap_handle(TRAP_BREAKPOINT, NULL);
    trap_handle(TRAP_INVALID, NULL);
    space_close(&space);
    CHECK_THAT(c, firsts == 102 && seconds == 202 && frames_are_threads);
    thread_free(second);
}
