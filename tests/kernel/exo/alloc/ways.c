/* SPDX-License-Identifier: MIT */
/* ways.c -- see ways.h. */
#include "ways.h"

#include "../../embed.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "exo/xn/type/udf.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/session.h"

EMBED(alloc_function, "tests/engine/function.gcc-O2.o");
EMBED(alloc_ash, "tests/kernel/exo/ash/handler/small.clang-O2.o");

#define BITS  (EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC)
#define FARTH (1ul << 39) /* where another root entry leads */
#define SLOT  9
#define ASKED 0x600000000000ul /* pages of another environment, more than it keeps */

static const struct cap all = {.rights = CAP_ALL, .valid = 1};
static const struct cap less = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'x'}};
static uint64_t nowhere = 0x580000000000; /* no table leads there */

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}
static uint64_t frame(void) {
    return (exposed_entry(WAYS_PAGE) & EXO_FRAME_OF) >> 12;
}

/* --- Other environments --- */

static long made;

static long create(void) {
    return made = exo_env_create(0, all, "made", 40, 0);
}
static long clone(void) {
    return made = exo_env_clone(0, 0, all, "clone", 16, 0);
}
static long destroy(void) {
    return exo_env_destroy(0, (uint64_t)made);
}
static void prepare_made(void) {
    create();
}
static void end_made(void) {
    if (made > 0)
        destroy();
    while (frames_await())
        ;
}

static long start(void) {
    return exo_env_start(0, (uint64_t)made);
}
static long read_other(void) {
    uint64_t word;
    return exo_env_read(0, (uint64_t)made, 0, &word, sizeof word);
}
static long write_other(void) {
    const uint64_t word = 0;
    return exo_env_write(0, (uint64_t)made, 0, &word, sizeof word);
}

static void exits(void) {
    exo_env_exit(0);
}
static void prepare_exit(void) {
    static uint64_t stack[64];
    const uint64_t begins[2] = {(uint64_t)exits, (uint64_t)(stack + 63)};
    clone();
    exo_env_write(0, (uint64_t)made, UAREA_PROLOGUE_ENTRY, begins, sizeof begins);
    start();
}
static long let_exit(void) {
    long error = exo_env_yield((uint64_t)made);
    return exposed_env((uint64_t)made)->state == EXO_ENV_EXITED ? error : -E_BUSY;
}

/* --- Capabilities --- */

static long forge(void) {
    return exo_cap_forge(0, SLOT, less);
}
static void prepare_forged(void) {
    forge();
}
static void empty_slot(void) {
    exo_cap_forge(0, SLOT, (struct cap){0});
}
static long give(void) {
    return exo_cap_give(0, (uint64_t)made, 0, 0);
}
static void offer(void) {
    uint64_t words[3] = {self(), 0};
    memcpy(&words[2], &less, sizeof less);
    create();
    give();
    exo_env_write(0, (uint64_t)made, __builtin_offsetof(struct exo_uarea, offer_to), words,
                  sizeof words);
}
static long acquire(void) {
    return exo_cap_acquire((uint64_t)made, SLOT);
}
static void end_acquire(void) {
    empty_slot();
    end_made();
}
static long revoke_cap(void) {
    long number = 0;
    do
        number = exo_cap_revoke(0, less, number > 0 ? (uint64_t)number : 0);
    while (number > 0 || number == -E_AGAIN); /* one that another check began is ended first */
    return number;
}

/* --- Pages and frames --- */

static struct exo_pages fresh_page(void) {
    return (struct exo_pages){nowhere | EXO_FRESH, frames_pick_run(1) << 12 | BITS, 1};
}
static long map(void) {
    const struct exo_pages one = fresh_page();
    return exo_page_update(0, 0, 0, &one, 1, 0);
}
static void unmap(void) {
    const struct exo_pages none = {nowhere, 0, 1};
    exo_page_update(0, 0, 0, &none, 1, 0);
    nowhere += FARTH;
}
static long protect(void) {
    const struct exo_protect same = {WAYS_PAGE, 1, 0, EXO_WRITE};
    return exo_page_protect(0, 0, 0, &same, 1, 0);
}
static void prepare_table(void) {
    const struct exo_pages none = {nowhere, 0, 1};
    map();
    exo_page_update(0, 0, 0, &none, 1, 0);
}
static long free_table(void) {
    return exo_table_free(0, 0, nowhere);
}

static long pin(void) {
    return exo_frame_pin(0, frame());
}
static void prepare_pin(void) {
    pin();
}
static long unpin(void) {
    return exo_frame_unpin(0, 0, frame());
}
static void end_pin(void) {
    unpin();
}

static long read_list(void) {
    struct cap words[EXO_ACL_MOST];
    return exo_acl_read(frame(), words, EXO_ACL_MOST);
}
static long set_list(void) {
    struct cap words[5] = {all};
    for (unsigned i = 1; i < 5; i++)
        words[i] = (struct cap){.rights = CAP_ALL, .valid = 1, .length = 1, .name = {(uint8_t)i}};
    return exo_acl_set(0, frame(), 1, words, 5, 0);
}
static void unset_list(void) {
    exo_acl_set(0, frame(), 1, &all, 1, 0);
}

static void prepare_asked(void) {
    create();
    frames_map(0, (uint64_t)made, 0, ASKED, EXO_KEPT + 1, EXO_WRITE | EXO_NO_EXEC);
}
static long ask(void) {
    return exo_env_revoke(0, (uint64_t)made, 1, EXO_REVOKE_NS_LEAST);
}
static void prepare_overdue(void) {
    prepare_asked();
    ask();
    while (exo_env_repossess(0, (uint64_t)made, 0, 0) == -E_AGAIN)
        ;
}
static long repossess(void) {
    static const uint64_t at = ASKED;
    return exo_env_repossess(0, (uint64_t)made, &at, 1) - 1;
}

/* --- Time --- */

static long set_position(void) {
    return exo_slot_set(0, 1, self(), 0);
}
static long set_terms(void) {
    static const struct exo_terms none = {.budget = 1};
    return exo_slot_terms(0, 1, &none);
}
static long set_timer(void) {
    return exo_timer_set(0);
}
static long set_predicate(void) {
    static const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, 0}, {TERM_OR, 0, 0, 5}};
    static uint8_t code[128];
    const struct exo_variable v = {(uint64_t)uarea->own, 0};
    size_t bytes = (size_t)predicate_of_terms(terms, 2, 1, code, sizeof code);
    return exo_predicate_set(code, bytes, &v, 1, 0, 0);
}
static void prepare_sleep(void) {
    uarea->own[0] = 1; /* so that it holds */
    set_predicate();
}
static void unset_predicate(void) {
    exo_predicate_set(0, 0, 0, 0, 0, 0);
}
static long yield(void) {
    return exo_env_yield(0);
}

/* --- Messages --- */

static long set_ring(void) {
    return exo_ring_set(0, (struct exo_message *)WAYS_PAGE, 1, all);
}
static void prepare_ring(void) {
    set_ring();
}
static long send(void) {
    static const uint64_t words[EXO_RING_WORDS];
    return exo_ring_send(0, self(), words);
}
static void unset_ring(void) {
    exo_ring_set(0, 0, 0, all);
    ((struct exo_message *)WAYS_PAGE)->from = 0;
}

/* --- The rest --- */

static long arguments(void) {
    return exo_arguments(1, 2, 3, 4, 5, 6);
}
static long set_fs(void) {
    return exo_fs_set(0);
}
static long reflect_not(void) {
    return exo_reflect_set(false);
}
static long write_console(void) {
    return exo_console_write(0, "\n", 1);
}
static long read_console(void) {
    long byte = exo_console_read(0);
    return byte == -E_NOT_FOUND ? 0 : byte; /* nobody types */
}
static long record(void) {
    static const char body[] = "log text=alloc";
    return exo_console_record(0, body, sizeof body - 1);
}
static long run_function(void) {
    static char text[EXO_FUNCTION_TEXT];
    return exo_function_run(0, alloc_function, (size_t)(alloc_function_end - alloc_function), 2017,
                            EXO_FUNCTION_COMPILED, text);
}
/* Its result is that of the one call in it, which allocates. */
static long batch(void) {
    const struct exo_pages one = fresh_page();
    struct exo_batch v = {EXO_CALL_page_update, {0, 0, 0, (uint64_t)&one, 1, 0}, 0};
    long done = exo_batch(&v, 1, 0);
    return done == 1 ? v.result : done;
}
/* The session that this check is of is under way, so the call must refuse its phase. */
static long lead_session(void) {
    long error = exo_session(0, SESSION_LIST + 1, 0, 0);
    return error == -E_INVALID ? 0 : error;
}

/* The machine has no disk and no interface: what these do with one is in tests/kernel/exo/disk, xn,
 * and net. */
static long expect(long result, long error) {
    return result == error ? 0 : result ? result : -E_INVALID;
}
#define REFUSED(name, call, error)                                                                 \
    static long name(void) {                                                                       \
        return expect(call, error);                                                                \
    }
REFUSED(ask_disk, exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0), 0, 1, frame(), 0),
        -E_NOT_FOUND)
REFUSED(wait_disk, exo_disk_wait(0), -E_NOT_FOUND)
REFUSED(reset_disk, exo_disk_reset(0, 0), -E_NOT_FOUND)
REFUSED(set_latency, exo_disk_latency(0, 0), -E_NO_CALL)
static const uint64_t handler[] = {0x00b7, 0x95};
static long set_handler(void) {
    return exo_disk_handler(handler, sizeof handler, 0);
}
static void unset_handler(void) {
    exo_disk_handler(0, 0, 0);
}
static long change_block(void) {
    static const uint64_t at = EXO_XN_AT(1, 0);
    return expect(exo_xn_change(EXO_XN_HOW(XN_ALLOC, 0, 0), at, 0, 0, 0, 0), -E_NO_CALL);
}
REFUSED(lock_block, exo_xn_block(EXO_XN_HOW(EXO_XN_LOCK, 0, 0), 0, 1, 0, 0), -E_NO_CALL)
static long transfer_blocks(void) {
    const struct exo_xn_block_frame b = {1, (uint32_t)frame()};
    return expect(exo_xn_transfer(EXO_XN_HOW(EXO_DISK_READ, 0, 0), &b, 1), -E_NO_CALL);
}
REFUSED(mount, exo_xn_volume(EXO_XN_HOW(EXO_XN_MOUNT, 0, 0), 0, 0, 0), -E_NO_CALL)
REFUSED(make_pxn, exo_pxn_make(0, 0, 0, &all, 1), -E_NOT_FOUND)
REFUSED(change_pxn, exo_pxn_change(0, 1, EXO_PXN_ADD, 0, 1, 0), -E_DEAD)
REFUSED(remove_pxn, exo_pxn_remove(0, 1), -E_DEAD)
static long read_pxn(void) {
    struct exo_pxn seen;
    return expect(exo_pxn_read(1, &seen), -E_DEAD);
}
REFUSED(ask_pxn, exo_pxn_request(0, 0, 1, frame(), 0, 1), -E_PERM)
/* --- Handlers at arrival --- */

static long ash;

static long set_ash(void) {
    ash = exo_ash_set(EXO_ASH_HOW(0, frame(), 1), alloc_ash, (uint64_t)(alloc_ash_end - alloc_ash),
                      less, 0);
    return ash;
}
static void prepare_ash(void) {
    set_ash();
}
static long drop_ash(void) {
    return exo_ash_drop((uint64_t)ash);
}
static void unset_ash(void) {
    if (ash > 0)
        drop_ash();
}
static long set_pipe(void) {
    const struct exo_ash_stage_of s[] = {{.kind = EXO_ASH_SUM}, {.kind = EXO_ASH_STORE}};
    return exo_ash_pipe_set((uint64_t)ash, 0, s, 2, 0);
}
static long send_ash(void) {
    return exo_ash_message(0, (uint64_t)ash, &ash, sizeof ash);
}
REFUSED(bind_ash, exo_ash_bind(0, 1, 0), -E_NOT_FOUND)

REFUSED(insert_filter, exo_filter_insert(0, 0, 0, 0, 0), -E_NOT_FOUND)
REFUSED(program_filter, exo_filter_program(0, 0, 0, 0, 0, 0), -E_NOT_FOUND)
REFUSED(drop_filter, exo_filter_drop(0, 1), -E_NOT_FOUND)
REFUSED(refer_filter, exo_filter_refer(0, 1), -E_NOT_FOUND)
REFUSED(bind_filter, exo_filter_bind(0, 1, 0), -E_NOT_FOUND)
REFUSED(set_packets, exo_packet_ring(0, 0, 0, 0), -E_INVALID)
REFUSED(change_packets, exo_packet_change(0, 0, 0), -E_NOT_FOUND)
REFUSED(set_template, exo_packet_template(0, 0, 0, 0, 0), -E_NOT_FOUND)
REFUSED(send_packet, exo_packet_send(0, 0, 0, 1, 0), -E_NOT_FOUND)
REFUSED(withdraw_filter, exo_filter_withdraw(0, 1), -E_NOT_FOUND)
REFUSED(tap, exo_nettap(0, 1, 0), -E_NOT_FOUND)
REFUSED(reset_nic, exo_nic_reset(0, 0), -E_NOT_FOUND)

#define ALLOCATES(make, prepare, undo)                                                             \
    { make, prepare, undo, true }
#define NOTHING(make, prepare, undo)                                                               \
    { make, prepare, undo, false }

const struct way ways[EXO_CALL_COUNT] = {
    [EXO_CALL_null] = NOTHING(exo_null, 0, 0),
    [EXO_CALL_arguments] = NOTHING(arguments, 0, 0),
    [EXO_CALL_env_self] = NOTHING(exo_env_self, 0, 0),
    [EXO_CALL_env_create] = ALLOCATES(create, 0, end_made),
    [EXO_CALL_env_start] = NOTHING(start, prepare_made, end_made),
    [EXO_CALL_env_read] = NOTHING(read_other, prepare_made, end_made),
    [EXO_CALL_env_write] = NOTHING(write_other, prepare_made, end_made),
    [EXO_CALL_cap_forge] = NOTHING(forge, 0, empty_slot),
    [EXO_CALL_cap_give] = NOTHING(give, prepare_made, end_made),
    [EXO_CALL_page_update] = ALLOCATES(map, 0, unmap),
    [EXO_CALL_page_protect] = NOTHING(protect, 0, 0),
    [EXO_CALL_slot_set] = NOTHING(set_position, 0, 0),
    [EXO_CALL_console_write] = NOTHING(write_console, 0, 0),
    [EXO_CALL_console_read] = NOTHING(read_console, 0, 0),
    [EXO_CALL_console_record] = NOTHING(record, 0, 0),
    [EXO_CALL_function_run] = ALLOCATES(run_function, 0, 0),
    [EXO_CALL_predicate_set] = ALLOCATES(set_predicate, 0, unset_predicate),
    [EXO_CALL_fs_set] = NOTHING(set_fs, 0, 0),
    [EXO_CALL_reflect_set] = NOTHING(reflect_not, 0, 0),
    [EXO_CALL_wait_end] = NOTHING(exo_wait_end, 0, 0),
    [EXO_CALL_ring_set] = ALLOCATES(set_ring, 0, unset_ring),
    [EXO_CALL_ring_send] = NOTHING(send, prepare_ring, unset_ring),
    [EXO_CALL_batch] = ALLOCATES(batch, 0, unmap),
    [EXO_CALL_cap_acquire] = NOTHING(acquire, offer, end_acquire),
    [EXO_CALL_cap_revoke] = NOTHING(revoke_cap, prepare_forged, empty_slot),
    [EXO_CALL_acl_read] = NOTHING(read_list, 0, 0),
    [EXO_CALL_acl_set] = ALLOCATES(set_list, 0, unset_list),
    [EXO_CALL_frame_pin] = ALLOCATES(pin, 0, end_pin),
    [EXO_CALL_frame_unpin] = NOTHING(unpin, prepare_pin, 0),
    [EXO_CALL_env_revoke] = NOTHING(ask, prepare_asked, end_made),
    [EXO_CALL_env_repossess] = NOTHING(repossess, prepare_overdue, end_made),
    [EXO_CALL_table_free] = NOTHING(free_table, prepare_table, unmap),
    [EXO_CALL_slot_terms] = NOTHING(set_terms, 0, 0),
    [EXO_CALL_timer_set] = NOTHING(set_timer, 0, 0),
    [EXO_CALL_env_clone] = ALLOCATES(clone, 0, end_made),
    [EXO_CALL_disk_request] = NOTHING(ask_disk, 0, 0),
    [EXO_CALL_disk_wait] = NOTHING(wait_disk, 0, 0),
    [EXO_CALL_disk_reset] = NOTHING(reset_disk, 0, 0),
    [EXO_CALL_disk_latency] = NOTHING(set_latency, 0, 0),
    [EXO_CALL_xn_change] = NOTHING(change_block, 0, 0),
    [EXO_CALL_xn_block] = NOTHING(lock_block, 0, 0),
    [EXO_CALL_xn_transfer] = NOTHING(transfer_blocks, 0, 0),
    [EXO_CALL_xn_volume] = NOTHING(mount, 0, 0),
    [EXO_CALL_pxn_make] = NOTHING(make_pxn, 0, 0),
    [EXO_CALL_pxn_change] = NOTHING(change_pxn, 0, 0),
    [EXO_CALL_pxn_remove] = NOTHING(remove_pxn, 0, 0),
    [EXO_CALL_pxn_read] = NOTHING(read_pxn, 0, 0),
    [EXO_CALL_pxn_request] = NOTHING(ask_pxn, 0, 0),
    [EXO_CALL_disk_handler] = ALLOCATES(set_handler, 0, unset_handler),
    [EXO_CALL_filter_insert] = NOTHING(insert_filter, 0, 0),
    [EXO_CALL_filter_drop] = NOTHING(drop_filter, 0, 0),
    [EXO_CALL_filter_refer] = NOTHING(refer_filter, 0, 0),
    [EXO_CALL_filter_bind] = NOTHING(bind_filter, 0, 0),
    [EXO_CALL_packet_ring] = NOTHING(set_packets, 0, 0),
    [EXO_CALL_packet_change] = NOTHING(change_packets, 0, 0),
    [EXO_CALL_packet_template] = NOTHING(set_template, 0, 0),
    [EXO_CALL_packet_send] = NOTHING(send_packet, 0, 0),
    [EXO_CALL_filter_withdraw] = NOTHING(withdraw_filter, 0, 0),
    [EXO_CALL_nettap] = NOTHING(tap, 0, 0),
    [EXO_CALL_nic_reset] = NOTHING(reset_nic, 0, 0),
    [EXO_CALL_filter_program] = NOTHING(program_filter, 0, 0),
    [EXO_CALL_ash_set] = ALLOCATES(set_ash, 0, unset_ash),
    [EXO_CALL_ash_drop] = NOTHING(drop_ash, prepare_ash, 0),
    [EXO_CALL_ash_bind] = NOTHING(bind_ash, 0, 0),
    [EXO_CALL_ash_pipe_set] = ALLOCATES(set_pipe, prepare_ash, unset_ash),
    [EXO_CALL_ash_message] = NOTHING(send_ash, prepare_ash, unset_ash),
    [EXO_CALL_session] = NOTHING(lead_session, 0, 0),
    [EXO_CALL_env_yield] = NOTHING(yield, 0, 0),
    [EXO_CALL_env_sleep] = NOTHING(exo_env_sleep, prepare_sleep, unset_predicate),
    [EXO_CALL_env_exit] = NOTHING(let_exit, prepare_exit, end_made),
    [EXO_CALL_env_destroy] = NOTHING(destroy, prepare_made, end_made),
};
