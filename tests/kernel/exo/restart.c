/* SPDX-License-Identifier: MIT */
/* restart.c -- page faults at the buffers of calls, in each mode. */
#include "program/attacks.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/spawn.h"
#include "exo/libos/terminal.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"
#include "measure/session.h"

#define BUFFER 0x540000000000ul /* a page that is there only when the handler has been there */
#define HERE   0x540000200000ul /* what calls on pages are about */

static union {
    struct exo_pages pages;
    struct exo_protect protect;
    struct exo_variable variable;
    struct exo_terms terms;
    struct exo_batch batch;
    struct exo_message message;
    uint64_t word[8];
    char text[64];
} content; /* of that page */

static uint8_t code[128];
static unsigned faults;
static struct exo_trap first_fault;

/* Brings the page in, as a pager would, and the call begins again. */
static void page_in(struct upcall_state *s) {
    if (!faults++)
        first_fault = s->trap;
    if (s->trap.vector != TRAP_PAGE || s->trap.address / 4096 != BUFFER / 4096 || faults > 1) {
        s->trap.rip += 2; /* the check fails */
        return;
    }
    frames_map(0, 0, 0, BUFFER, 1, EXO_WRITE | EXO_NO_EXEC);
    memcpy((void *)BUFFER, &content, sizeof content);
}

static void page_out(void) {
    const struct exo_pages p = {BUFFER, 0, 1};
    exo_page_update(0, 0, 0, &p, 1, 0);
}

static long call(uint64_t number, const uint64_t a[6]) {
    return syscall6(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* The call with its buffer at BUFFER: refused; with the page brought in during it the same as with
 * it there before; one fault, and at the `syscall` instruction. */
static void all_modes(struct check *c, const char *name, uint64_t number, const uint64_t a[6],
                      long wanted) {
    page_out();
    long refused = call(number, a);
    faults = 0;
    upcall_handle(page_in);
    long result = call(EXO_PROPAGATE | number, a);
    upcall_handle(0);
    page_out();
    if (refused != -E_FAULT || result != wanted || faults != 1) {
        check_fail(c, "%s: refused %ld, then %ld, not %ld, after %u faults", name, refused, result,
                   wanted, faults);
        return;
    }
    CHECK_THAT(c, !memcmp((const void *)first_fault.rip, "\x0f\x05", 2));
    CHECK_THAT(c, first_fault.error & 4);
}

#define MODES(call, wanted, ...)                                                                   \
    all_modes(c, #call, EXO_CALL_##call, (const uint64_t[6]){__VA_ARGS__}, wanted)

CHECK(restart_pages, "restart/a_call_on_pages_whose_vector_is_not_there_begins_again") {
    uint64_t frame = frames_pick_run(1) << 12; /* the handler takes one of the lowest */
    content.pages = (struct exo_pages){HERE, frame | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, 1};
    MODES(page_update, 1, 0, 0, 0, BUFFER, 1, 0);
    CHECK_THAT(c, exposed_frame(frame >> 12)->references == 1);
    content.protect = (struct exo_protect){HERE, 1, EXO_WRITE, 0};
    MODES(page_protect, 1, 0, 0, 0, BUFFER, 1, 0);
    CHECK_THAT(c, !(exposed_entry(HERE) & EXO_WRITE));
    const struct exo_pages none = {HERE, 0, 1};
    exo_page_update(0, 0, 0, &none, 1, 0);
}

CHECK(restart_buffers,
      "restart/every_call_whose_buffer_is_not_there_begins_again_and_is_made_once") {
    content.word[0] = 4711;
    static char why[EXO_FUNCTION_TEXT];
    const uint64_t own = offsetof(struct exo_uarea, own);
    MODES(env_write, 0, 0, 0, own, BUFFER, 8);
    CHECK_THAT(c, uarea->own[0] == 4711);
    MODES(env_read, 0, 0, 0, own, BUFFER, 8);
    content.terms = (struct exo_terms){.budget = 3};
    MODES(slot_terms, 0, 0, 3, BUFFER);
    content.batch = (struct exo_batch){.number = EXO_CALL_null};
    MODES(batch, 1, BUFFER, 1, 0);
    MODES(console_record, -E_INVALID, CONSOLE_SLOT, BUFFER, 8);
    MODES(function_run, -E_BAD_IMAGE, 0, BUFFER, 64, 0, 0, (uint64_t)why);
    MODES(predicate_set, -E_BAD_IMAGE, BUFFER, 8, 0, 0, 0, 0);
    struct exo_message *ring = (struct exo_message *)HERE;
    const struct cap control = {.rights = CAP_ALL, .valid = 1};
    CHECK_THAT(c, frames_map(0, 0, 0, HERE, 1, EXO_WRITE | EXO_NO_EXEC) == 0);
    CHECK_THAT(c, exo_ring_set(0, ring, 1, control) == 0);
    MODES(ring_send, 0, 0, (uint64_t)exo_env_self(), BUFFER);
    CHECK_THAT(c, ring[0].from && !ring[1].from && exo_ring_set(0, ring, 0, control) == 0);
    const struct exo_pages none = {HERE, 0, 1};
    exo_page_update(0, 0, 0, &none, 1, 0);
    const uint64_t frame = (exposed_entry((uint64_t)&content & -4096ul) & EXO_FRAME_OF) >> 12;
    MODES(acl_read, 1, frame, BUFFER, 1);
    memcpy(content.word, (const void *)&exposed_frame(frame)->acl, 8);
    MODES(acl_set, 1, 0, frame, 1, BUFFER, 1, 0);
    content.text[0] = '\n';
    MODES(console_write, 1, CONSOLE_SLOT, BUFFER, 1);
    MODES(session, -E_INVALID, CONSOLE_SLOT, SESSION_PLAN, BUFFER, 8); /* other words than ours */
}

CHECK(restart_middle, "restart/a_call_that_did_some_of_it_says_so_and_does_not_begin_again") {
    struct exo_batch *last = (struct exo_batch *)BUFFER - 1; /* the next one is not there */
    CHECK_THAT(c, frames_map(0, 0, 0, BUFFER - 4096, 1, EXO_WRITE | EXO_NO_EXEC) == 0);
    *last = (struct exo_batch){.number = EXO_CALL_null};
    content.batch = *last;
    const uint64_t both[6] = {(uint64_t)last, 2, 0}, rest[6] = {(uint64_t)last, 2, 1};
    page_out();
    faults = 0;
    upcall_handle(page_in);
    long some = call(EXO_PROPAGATE | EXO_CALL_batch, both);
    CHECK_THAT(c, some == 1 && faults == 0);
    CHECK_THAT(c, call(EXO_PROPAGATE | EXO_CALL_batch, rest) == 1 && faults == 1);
    upcall_handle(0);
    page_out();
    const struct exo_pages none = {BUFFER - 4096, 0, 1};
    CHECK_THAT(c, exo_page_update(0, 0, 0, &none, 1, 0) == 1);
}

/* --- What else a call takes changes while its buffer is brought in --- */

static upcall_fn *meanwhile;
static void page_in_and_change(struct upcall_state *s) {
    page_in(s);
    meanwhile(s);
}

/* The call is made anew, and must look at everything again. */
static void changes(struct check *c, const char *name, uint64_t number, const uint64_t a[6],
                    upcall_fn *change, long wanted) {
    page_out();
    faults = 0;
    meanwhile = change;
    upcall_handle(page_in_and_change);
    long result = call(EXO_PROPAGATE | number, a);
    upcall_handle(0);
    page_out();
    if (result != wanted || faults != 1)
        check_fail(c, "%s: %ld, not %ld, after %u faults", name, result, wanted, faults);
}
#define CHANGES(change, call, wanted, ...)                                                         \
    changes(c, #change, EXO_CALL_##call, (const uint64_t[6]){__VA_ARGS__}, change, wanted)

#define WEAK 9
static uint64_t target; /* an environment, or a frame */

static void ends_target(struct upcall_state *s) {
    (void)s;
    exo_env_destroy(0, target);
}
static void empties_slot(struct upcall_state *s) {
    (void)s;
    exo_cap_forge(0, WEAK, (struct cap){0});
}
static void names_another_slot(struct upcall_state *s) {
    s->rdi = EXO_CAPS;
}
/* The first element of the vector was there all the time, and right. */
static void spoils_first(struct upcall_state *s) {
    (void)s;
    ((struct exo_pages *)BUFFER)[-1].entry |= EXO_WRITE;
}
static void spoils_code(struct upcall_state *s) {
    (void)s;
    memset(code, 0xff, sizeof code);
}

CHECK(restart_changes, "restart/what_changes_while_a_buffer_is_brought_in_is_looked_at_again") {
    const struct cap all = {.rights = CAP_ALL, .valid = 1};
    const uint64_t own = offsetof(struct exo_uarea, own);
    long id = exo_env_create(0, all, "target", 16, 0);
    target = (uint64_t)id;
    CHECK_THAT(c, id > 0);
    exo_cap_forge(0, WEAK, all);
    CHANGES(empties_slot, env_write, -E_PERM, WEAK, target, own, BUFFER, 8);
    CHANGES(names_another_slot, env_write, -E_PERM, 0, target, own, BUFFER, 8);
    CHANGES(ends_target, env_write, -E_DEAD, 0, target, own, BUFFER, 8);

    const struct exo_variable v = {(uint64_t)uarea->own, 0};
    static const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, 0}, {TERM_OR, 0, 0, 5}};
    size_t bytes = (size_t)predicate_of_terms(terms, 2, 1, code, sizeof code);
    static char why[EXO_FUNCTION_TEXT];
    content.variable = v;
    CHANGES(spoils_code, predicate_set, -E_BAD_IMAGE, (uint64_t)code, bytes, BUFFER, 1, 0,
            (uint64_t)why);
    CHECK_THAT(c, exo_env_sleep() == -E_NOT_FOUND);

    const uint64_t frame = frames_pick_run(1) << 12;
    struct exo_pages *first = (struct exo_pages *)BUFFER - 1;
    CHECK_THAT(c, frames_map(0, 0, 0, BUFFER - 4096, 1, EXO_WRITE | EXO_NO_EXEC) == 0);
    *first = (struct exo_pages){HERE, frame | EXO_PRESENT, 1}; /* to be executed */
    content.pages = (struct exo_pages){HERE + 4096, 0, 1};
    CHANGES(spoils_first, page_update, -E_INVALID, 0, 0, 0, (uint64_t)first, 2, 0);
    CHECK_THAT(c, !(exposed_entry(HERE) & EXO_PRESENT) && !exposed_frame(frame >> 12)->references);
    const struct exo_pages none = {BUFFER - 4096, 0, 1};
    exo_page_update(0, 0, 0, &none, 1, 0);
    while (frames_await())
        ;
}

/* An environment that is made, by such a call, with its name at BUFFER. */
static void makes(struct check *c, uint64_t number, const uint64_t a[6]) {
    static const char name[] = "begun-again";
    memcpy(content.text, name, sizeof name);
    faults = 0;
    upcall_handle(page_in);
    long id = call(EXO_PROPAGATE | number, a);
    upcall_handle(0);
    page_out();
    CHECK_THAT(c, id > 0 && faults == 1 && exposed_env((uint64_t)id)->name[3] == 'u');
    CHECK_THAT(c, exo_env_destroy(0, (uint64_t)id) == 0);
}

CHECK(restart_makes, "restart/an_environment_whose_name_is_not_there_is_made_once") {
    const struct cap control = {.rights = CAP_ALL, .valid = 1};
    uint64_t word;
    memcpy(&word, &control, sizeof word);
    uint32_t before = exposed_env((uint64_t)exo_env_self())->kernel_most;
    makes(c, EXO_CALL_env_create, (const uint64_t[6]){0, word, BUFFER, 16, 0});
    makes(c, EXO_CALL_env_clone, (const uint64_t[6]){0, 0, word, BUFFER, 16, 0});
    while (frames_await())
        ;
    CHECK_THAT(c, exposed_env((uint64_t)exo_env_self())->kernel_most == before);
}

CHECK(restart_kill, "restart/in_the_mode_that_ends_the_caller_it_is_ended") {
    long id = spawn(0, "attacker", ATTACK_KILL_MODE, SPAWN_NO_GRANT, EXO_FAULT_EXPECTED);
    CHECK_THAT(c, id > 0);
    exo_env_yield((uint64_t)id);
    const volatile struct exo_env *e = exposed_env((uint64_t)id);
    CHECK_THAT(c, e->state == EXO_ENV_KILLED && e->ended == TRAP_PAGE);
}

CHECK(restart_calls, "restart/only_a_quick_call_has_a_mode") {
    static const uint64_t none[6];
    static const uint64_t bad[] = {EXO_QUICK_COUNT, EXO_CALL_COUNT, EXO_YIELD, 0xfff,
                                   0x4000,          1ul << 32,      1ul << 63};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_THAT(c, call(EXO_PROPAGATE + bad[i], none) == -E_NO_CALL);
        CHECK_THAT(c, call(EXO_KILL + bad[i], none) == -E_NO_CALL);
    }
    /* What is no fault of a page is refused as ever. */
    const uint64_t outside[6] = {0, 0, 0, 0xffffffff80200000, 8};
    CHECK_THAT(c, call(EXO_PROPAGATE | EXO_CALL_env_read, outside) == -E_FAULT);
}
