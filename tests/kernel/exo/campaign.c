/* SPDX-License-Identifier: MIT */
/* campaign.c -- hostile calls from several environments at once, by seed. After every thousand the
 * kernel compares its books (books_call.h), and what this environment has must be as it was; at the
 * end of each epoch nothing may be left of the others. An epoch depends on its seed alone, so a
 * long campaign begins anywhere:
 *
 *   campaign=FIRST:EPOCHS    as a boot word; tests/kernel/campaign hostile EPOCHS FIRST */
#include "../books_call.h"
#include "hostile/hostile.h"
#include "program/vectors.h"
#include "told.h"
#include "xn/volume.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/format.h"
#include "lib/string.h"
#include "measure/bench.h"

#define HOSTILE        4
#define HOSTILE_FRAMES 300 /* that the kernel may use for each */
#define ROUNDS         20  /* an epoch's, of a thousand calls each */
#define CALLS          1000
#define LIVES          8                /* in a round, of one who dies before he has made them */
#define EPOCHS         4                /* unless a boot word asks for more */
#define CELL_SLOT      5                /* the first of the capabilities of cells */
#define SECRETS        0x500000000000ul /* pages of this environment's own */
#define SECRET_PAGES   16
#define LATENCY        30000 /* ticks of a request */
#define HEAP_KEEPS     16    /* frames, at most, for sizes that somebody had once */

static long books(uint64_t what, uint64_t argument) {
    return syscall3(EXO_CALL_env_self, BOOKS_MAGIC, what, argument);
}

static uint64_t at_secret(unsigned i) {
    return SECRETS + i * 4096ul;
}

/* Pages that hold a secret, some of which are given back: who gets the frames must not see it. */
static void hide(void) {
    const struct exo_pages none = {SECRETS, 0, SECRET_PAGES};
    frames_map(0, 0, 0, SECRETS, SECRET_PAGES, EXO_WRITE | EXO_NO_EXEC);
    for (uint64_t *word = (uint64_t *)SECRETS; word < (uint64_t *)at_secret(SECRET_PAGES); word++)
        *word = BOOKS_SECRET;
    exo_page_update(0, 0, 0, &none, 1, SECRET_PAGES / 2);
}

static bool is_hidden(void) {
    for (uint64_t *word = (uint64_t *)SECRETS; word < (uint64_t *)at_secret(SECRET_PAGES / 2);
         word++)
        if (*word != BOOKS_SECRET)
            return false;
    return true;
}

static void forget(void) {
    const struct exo_pages none = {SECRETS, 0, SECRET_PAGES};
    exo_page_update(0, 0, 0, &none, 1, 0);
}

/* Two share a cell; the last one has a capability that it may not hand on. */
static const struct cell {
    struct cap all, held;
} cell[HOSTILE] = {
    {BOOKS_CELL(1, CAP_ALL), BOOKS_CELL(1, CAP_ALL)},
    {BOOKS_CELL(1, CAP_ALL), BOOKS_CELL(1, CAP_ALL)},
    {BOOKS_CELL(2, CAP_ALL), BOOKS_CELL(2, CAP_ALL)},
    {BOOKS_CELL(BOOKS_WEAK, CAP_ALL), BOOKS_CELL(BOOKS_WEAK, CAP_READ | CAP_WRITE)},
};

/* --- What is on the disk, where there is one --- */

/* This environment's own: a block below the volume's root, one on each side of the proxy node. */
static uint32_t own_block[3] = {0, HOSTILE_BLOCKS - 1, HOSTILE_BLOCKS + HOSTILE_BLOCK_COUNT};
static long node;

/* A volume with a tree that anybody may change, from HOSTILE_ROOT on. */
static long give_volume(struct check *c) {
    static const char name[XN_NAME_BYTES] = "open";
    uint64_t volume = EXO_XN_HOW(0, 0, EXO_CAPS - 1); /* a slot that is empty */
    own_block[0] = data_block(c, 0, BOOKS_SECRET);
    long error = exo_xn_volume(volume | EXO_XN_NEW << 16, HOSTILE_ROOT, NODE, 0);
    if (!error)
        error = exo_xn_block(volume | EXO_XN_INSERT << 16, 0, HOSTILE_ROOT, free_frame(), 0);
    if (!error)
        error = exo_xn_volume(volume | EXO_XN_ROOT_ADD << 16, (uint64_t)name, HOSTILE_ROOT, 0);
    if (!error)
        error = write_out(0); /* what comes before all other blocks */
    return error ? error : write_out(own_block[0]);
}

/* And blocks behind it, by a proxy node that is anybody's. */
static long give_node(void) {
    const unsigned uses = CAP_READ | CAP_WRITE; /* but only we change it */
    const struct cap list[] = {{.rights = CAP_ALL, .valid = 1},
                               BOOKS_CELL(1, uses),
                               BOOKS_CELL(2, uses),
                               BOOKS_CELL(BOOKS_WEAK, uses)};
    node = exo_pxn_make(0, 0, 0, list, sizeof list / sizeof *list);
    return node < 0 ? node
                    : exo_pxn_change(0, (uint64_t)node, EXO_PXN_ADD, HOSTILE_BLOCKS,
                                     HOSTILE_BLOCK_COUNT, 0);
}

static void give_disk(struct check *c, uint64_t seed) {
    if (!env_info()->disks || !volume_begin(c))
        return;
    long error = give_volume(c);
    for (unsigned i = 1; i < 3 && !error; i++)
        error = disk_word_set(own_block[i], BOOKS_SECRET);
    if (!error)
        error = give_node();
    if (error)
        check_fail(c, "no volume for them: %ld", error);
    xn_store_leave(&xn_store);
    exo_disk_latency(0, seed / 4 % 2 ? LATENCY : 0); /* requests are under way while others call */
}

static void take_disk(struct check *c, uint64_t seed) {
    if (!env_info()->disks)
        return;
    exo_disk_latency(0, 0);
    for (long error; (error = exo_disk_wait(0)) != -E_NOT_FOUND;)
        if (error == -E_AGAIN)
            exo_env_yield(0);
    exo_pxn_remove(0, (uint64_t)node);
    for (unsigned i = 0; i < 3; i++) {
        uint64_t word = 0;
        long error = disk_word(own_block[i], &word);
        if (error || word != BOOKS_SECRET)
            check_fail(c, "seed %lu: block %u of the disk is ours and has %lx: %ld", seed,
                       own_block[i], word, error);
    }
    volume_end();
}

/* How often each call of disks was answered in each way since the machine began. */
static void say_answers(void) {
    static const char *const call[] = {
#define NAME(name) [EXO_CALL_##name] = #name,
        EXO_QUICK_CALLS(NAME)};
    for (uint64_t i = 0; i < EXO_QUICK_COUNT * E_COUNT; i++) {
        const uint64_t number = i / E_COUNT, error = i % E_COUNT;
        char line[160];
        long count = books(BOOKS_ANSWERS, number << 32 | error);
        size_t length = format_text(line, sizeof line, "hostile: %s: %ld: %s\n", call[number],
                                    count, error ? error_sentence(-(int)error) : "done");
        if (count)
            exo_console_write(0, line, length);
    }
}

static bool is_ready(uint64_t id) {
    const volatile struct exo_env *e = exposed_env(id);
    return e && e->state == EXO_ENV_READY;
}

static uint64_t begin_one(unsigned i) {
    exo_cap_forge(0, CELL_SLOT, cell[i].all);
    exo_cap_forge(0, CELL_SLOT + 1, cell[i].held);
    bool takes = !(cell[i].held.rights & CAP_GRANT); /* what cannot be given */
    long id = spawn_controlled(CELL_SLOT, cell[i].all, "hostile", (uint64_t)exo_env_self(),
                               takes ? SPAWN_NO_GRANT : CELL_SLOT + 1, EXO_FAULT_EXPECTED,
                               HOSTILE_FRAMES);
    if (id < 0)
        return 0;
    uint64_t acl;
    memcpy(&acl, &cell[i].all, sizeof acl);
    if (takes) {
        uarea->offer_key = CELL_SLOT;
        memcpy(&uarea->offer, &cell[i].held, sizeof uarea->offer);
        uarea->offer_to = (uint64_t)id;
    }
    exo_slot_set(0, 20 + 20 * i, (uint64_t)id, acl); /* and slices end */
    return (uint64_t)id;
}

/* A directed yield with the secret in every register that does not name the other. */
static void yield_with_secrets(uint64_t id) {
    uint64_t number = id << 32 | EXO_YIELD, secret = BOOKS_SECRET;
    struct exo_uarea *area = uarea;
    __asm__ volatile(
        "lea -128(%%rsp), %%rsp\n\t" /* below what a leaf function may use */
        ".irp r, rbx, rbp, r12, r13, r14, r15\n\tpush %%\\r\n\t.endr\n\t"
        "lea 1f(%%rip), %%rcx\n\tmov %%rcx, %c[entry](%%rdx)\n\tmov %%rsp, %c[stack](%%rdx)\n\t"
        ".irp r, rbx, rbp, rdx, rsi, r8, r9, r10, r12, r13, r14, r15\n\t"
        "mov %%rdi, %%\\r\n\t.endr\n\t"
        "syscall\n"
        "1: .irp r, r15, r14, r13, r12, rbp, rbx\n\tpop %%\\r\n\t.endr\n\t"
        "lea 128(%%rsp), %%rsp"
        : "+a"(number), "+D"(secret), "+d"(area)
        : [entry] "i"(UAREA_PROLOGUE_ENTRY), [stack] "i"(UAREA_PROLOGUE_STACK)
        : "rcx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
}

/* A thousand calls, or as many as it makes before it dies: then false. */
static bool let_run(uint64_t id, uint64_t seed) {
    uint64_t own[] = {seed, CALLS, CALLS, env_info()->disks};
    exo_env_write(0, id, __builtin_offsetof(struct exo_uarea, own), own, sizeof own);
    for (unsigned n = 0; n < CALLS && own[HOSTILE_LEFT] && is_ready(id); n++) {
        vectors_fill(BOOKS_SECRET);
        yield_with_secrets(id);
        exo_env_read(0, id, __builtin_offsetof(struct exo_uarea, own), own, sizeof own);
    }
    return is_ready(id);
}

/* Everybody else's end, and their positions are ours again. */
static void end_all(void) {
    uint64_t self = (uint64_t)exo_env_self();
    for (const volatile struct exo_env *e = (const volatile struct exo_env *)EXO_ENV;
         e < (const volatile struct exo_env *)EXO_ENV + EXO_ENVS; e++)
        if (e->id != self && (e->state == EXO_ENV_NEW || e->state == EXO_ENV_READY))
            exo_env_destroy(0, e->id);
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    uint64_t acl;
    memcpy(&acl, &all, sizeof acl);
    for (unsigned i = 0; i < EXO_SLOTS; i++) {
        const struct exo_terms none = {.budget = i}; /* its own, without limit */
        exo_slot_set(0, i, self, acl);
        exo_slot_terms(0, i, &none);
    }
}

/* Bytes of the kernel's heap that are in use when all is over. */
static long epoch(struct check *c, uint64_t seed) {
    uint64_t id[HOSTILE] = {0};
    give_disk(c, seed);
    hide();
    books(BOOKS_BEGIN, 0);
    books(BOOKS_HARDER, seed % 4); /* each way, and both, and none */
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned i = round % HOSTILE;
        for (unsigned life = 0; life < LIVES; life++) {
            if (!is_ready(id[i]))
                id[i] = begin_one(i);
            if (!id[i] || let_run(id[i], ((seed * ROUNDS + round) * HOSTILE + 1) * LIVES + life))
                break;
        }
        books(BOOKS_CHECK, 0);
    }
    end_all();
    books(BOOKS_HARDER, 0);
    books(BOOKS_CHECK, 0);
    exo_disk_handler(0, 0, 0); /* what ended ones had goes with the next call */
    take_disk(c, seed);
    return books(BOOKS_END, 0);
}

CHECK(hostile, "campaign/hostile_calls_of_several_leave_the_books_right_and_others_alone") {
    uint64_t asked[2] = {1, EPOCHS};
    told("campaign=", asked);
    const uint64_t first = asked[0], epochs = asked[1];
    slice_handle();
    long used = epoch(c, 0); /* tables of ours stay */
    forget();
    uint64_t before = frames_free();
    for (uint64_t seed = first; seed < first + epochs; seed++) {
        long uses = epoch(c, seed);
        if (!is_hidden())
            check_fail(c, "seed %lu: what is ours was written", seed);
        forget();
        if (frames_free() + HEAP_KEEPS < before || uses != used)
            check_fail(c, "seed %lu: %lu frames are free and %ld bytes used, before %lu and %ld",
                       seed, frames_free(), uses, before, used);
        if (epochs > EPOCHS && seed % 10 == 0) {
            char line[80];
            size_t length = format_text(line, sizeof line, "hostile: %lu calls, next seed %lu\n",
                                        (seed - first + 1) * ROUNDS * CALLS, seed + 1);
            exo_console_write(0, line, length);
        }
    }
    if (epochs > EPOCHS)
        say_answers();
    exo_cap_forge(0, CELL_SLOT, (struct cap){0});
    exo_cap_forge(0, CELL_SLOT + 1, (struct cap){0});
}
