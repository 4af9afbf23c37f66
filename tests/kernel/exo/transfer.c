/* SPDX-License-Identifier: MIT */
/* transfer.c -- protected control transfer to the program `attacker`, which serves. */
#include "program/attacks.h"
#include "../registers.h"

#include "exo/libos/exposed.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/ipc/transfer.h"
#include "exo/libos/uarea.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}

/* One that serves, and has said so. */
static uint64_t server(void) {
    long id = spawn(0, "attacker", ATTACK_SERVE, SPAWN_NO_GRANT, 0);
    if (id > 0)
        exo_env_yield((uint64_t)id);
    return id > 0 ? (uint64_t)id : 0;
}

static uint64_t other(enum attack attack, uint64_t argument) {
    long id = spawn(0, "attacker", (uint64_t)attack | argument << 32, SPAWN_NO_GRANT, 0);
    if (id > 0)
        exo_env_yield((uint64_t)id);
    return id > 0 ? (uint64_t)id : 0;
}

CHECK(transfer_call, "transfer/a_message_comes_back_as_its_servers_reply") {
    uint64_t id = server(), switches = env_info()->env_switches;
    CHECK_THAT(c, id);
    for (uint64_t n = 0; n < 100; n++) {
        struct message m = {.word = {n, 2, 3, 4, 5, 6}};
        long error = transfer_call(id, &m, n & 1 ? EXO_TRANSFER : EXO_TRANSFER_WAIT);
        if (error || m.from != id || m.word[0] != n + 20 || m.word[1] != self() || m.word[5] != 6)
            check_fail(c, "%lu: %ld from %lu: %lu %lu %lu", n, error, m.from, m.word[0], m.word[1],
                       m.word[5]);
    }
    CHECK_THAT(c, exposed_env(self())->waits == 0);
    CHECK_THAT(c, env_info()->env_switches == switches + 200);
    exo_env_destroy(0, id);
}

CHECK(transfer_refused, "transfer/who_takes_none_or_is_busy_or_not_there_gets_none") {
    struct message m = {.word = {1}};
    long idle = spawn(0, "attacker", ATTACK_EXIT, SPAWN_NO_GRANT, 0);
    uint64_t id = server(), takes = 0;
    CHECK_THAT(c, idle > 0 && id);
    CHECK_THAT(c, transfer_call((uint64_t)idle, &m, EXO_TRANSFER) == -E_PERM);
    CHECK_THAT(c, transfer_call(self() + EXO_ENVS, &m, EXO_TRANSFER) == -E_DEAD);
    CHECK_THAT(c, transfer_call(0, &m, EXO_TRANSFER) == -E_DEAD);
    CHECK_THAT(c, transfer_call(EXO_ENVS - 1, &m, EXO_TRANSFER) == -E_DEAD);
    CHECK_THAT(c, transfer_call(0xffffffff, &m, EXO_TRANSFER_WAIT) == -E_DEAD);
    exo_env_write(0, id, UAREA_TRANSFER + 16, &takes, 8);
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER_WAIT) == -E_BUSY);
    CHECK_THAT(c, exposed_env(self())->waits == 0);
    takes = 1;
    exo_env_write(0, id, UAREA_TRANSFER + 16, &takes, 8);
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER) == 0);
    exo_env_destroy(0, id);
    exo_env_destroy(0, (uint64_t)idle);
}

/* A reply to one that yields to this environment where it goes on: 0, or the error. */
static long replied(uint64_t env) {
    long result = (long)(env << 32 | EXO_REPLY);
    __asm__ volatile(
        "push %%rbx\n\tpush %%rbp\n\tlea 1f(%%rip), %%rcx\n\tmov %%rcx, %[entry]\n\t"
        "mov %%rsp, %[stack]\n\tsyscall\n1: pop %%rbp\n\tpop %%rbx"
        : "+a"(result), [entry] "=m"(uarea->prologue_entry), [stack] "=m"(uarea->prologue_stack)
        :
        : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
          "memory", "cc");
    return result;
}

CHECK(transfer_entry, "transfer/an_entry_that_is_no_address_of_a_users_is_refused") {
    static const uint64_t bad[] = {0xffffffff80200000, 0x800000000000, 0x7ffffffff000, -1ul};
    uint64_t id = server();
    CHECK_THAT(c, id);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct message m = {.word = {1}};
        exo_env_write(0, id, UAREA_TRANSFER, &bad[i], 8);
        CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER) == -E_PERM);
    }
    exo_env_destroy(0, id);
    uint64_t caller = other(ATTACK_ASKER, self()), replies = self();
    exo_env_write(0, caller, UAREA_REPLY + 16, &replies, 8);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        exo_env_write(0, caller, UAREA_REPLY, &bad[i], 8);
        CHECK_THAT(c, replied(caller) == -E_PERM);
    }
    exo_env_destroy(0, caller);
}

static long reply_to(uint64_t env) {
    uint64_t in[REGISTERS] = {0}, out[REGISTERS];
    in[REGISTER_rax] = env << 32 | EXO_REPLY;
    registers_around_syscall(in, out, 0);
    return (long)out[REGISTER_rax];
}

CHECK(transfer_reply, "transfer/only_who_was_asked_may_reply") {
    uint64_t id = server(), replies = self();
    CHECK_THAT(c, id);
    uarea->reply_from = 0;
    CHECK_THAT(c, reply_to(id) == -E_PERM); /* it asked for nothing */
    /* Whoever was asked, once: the caller waits at a place that yields to us. */
    uint64_t caller = other(ATTACK_ASKER, self());
    CHECK_THAT(c, caller && exposed_env(caller)->state == EXO_ENV_READY);
    CHECK_THAT(c, reply_to(caller) == -E_PERM); /* it asked another */
    exo_env_write(0, caller, UAREA_REPLY + 16, &replies, 8);
    CHECK_THAT(c, replied(caller) == 0);
    CHECK_THAT(c, replied(caller) == -E_PERM);
    exo_env_destroy(0, caller);
    exo_env_destroy(0, id);
}

CHECK(transfer_late, "transfer/in_a_slice_that_is_over_it_waits_for_the_next") {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return;
    }
    slice_handle();
    uint64_t id = server(), beside = other(ATTACK_YIELD, self());
    struct message m = {.word = {1}};
    CHECK_THAT(c, id && beside);
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, i % 2 ? beside : self(), 0);
    uarea->interrupted = 0;
    uarea->critical = 1;
    while (!uarea->interrupted)
        __asm__ volatile("pause");
    uint64_t ticks = exposed_env(self())->ticks, in[REGISTERS] = {0}, out[REGISTERS];
    in[REGISTER_rax] = id << 32 | EXO_TRANSFER;
    registers_around_syscall(in, out, 0);
    uarea->critical = 0;
    CHECK_THAT(c, (long)out[REGISTER_rax] == -E_AGAIN);
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER_WAIT) == 0 && m.word[1] == self());
    CHECK_THAT(c, exposed_env(self())->ticks == ticks); /* the next slice had begun */
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        exo_slot_set(0, i, self(), 0);
    exo_env_yield(0);
    exo_env_destroy(0, id);
    exo_env_destroy(0, beside);
}

static void write_count(uint64_t env, uint64_t count) {
    exo_env_write(0, env, UAREA_WORD_COUNT, &count, sizeof count);
}

CHECK(transfer_words, "transfer/sixteen_words_go_along_and_not_one_more") {
    uint64_t id = server();
    struct message m = {.word = {1}};
    CHECK_THAT(c, id);
    uarea->word_count = EXO_WORDS;
    for (unsigned i = 0; i < EXO_WORDS; i++)
        uarea->word[i] = 100 + i;
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER) == 0);
    CHECK_THAT(c, uarea->word_count == EXO_WORDS && m.word[2] == 16 * 100 + 120);
    for (unsigned i = 0; i < EXO_WORDS; i++)
        CHECK_THAT(c, uarea->word[i] == 101 + i);
    uarea->word_count = EXO_WORDS + 1;
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER) == -E_TOO_LONG);
    uarea->word_count = -1ul;
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER) == -E_TOO_LONG);
    uarea->word_count = 0;
    write_count(id, 5); /* what it counted itself, which nobody sent */
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER) == 0 && m.word[2] == 0);
    exo_env_destroy(0, id);
}

CHECK(transfer_words_once, "transfer/words_go_once_and_none_are_told_of_that_nobody_sent") {
    uint64_t caller = other(ATTACK_ASKER, self()), replies = self(), count = 0;
    CHECK_THAT(c, caller);
    for (uint64_t words = 0; words < 4; words++) {
        exo_env_write(0, caller, UAREA_REPLY + 16, &replies, 8);
        write_count(caller, 5);
        uarea->word_count = words;
        CHECK_THAT(c, replied(caller) == 0 && uarea->word_count == 0);
        exo_env_read(0, caller, UAREA_WORD_COUNT, &count, 8);
        CHECK_THAT(c, count == words);
    }
    exo_env_destroy(0, caller);
}

CHECK(transfer_words_wait, "transfer/who_sends_words_waits_as_any_other") {
    uint64_t id = other(ATTACK_SERVE_NEVER, self());
    long caller = spawn(0, "attacker", ATTACK_CALLER | id << 32, SPAWN_NO_GRANT, 0);
    CHECK_THAT(c, id && caller > 0);
    write_count((uint64_t)caller, 2);
    exo_env_yield((uint64_t)caller); /* to the server, which yields to us */
    CHECK_THAT(c, exposed_env((uint64_t)caller)->waits == id);
    exo_env_destroy(0, (uint64_t)caller);
    exo_env_destroy(0, id);
}

/* Where nobody reflects or has a base of fs, too: reflect.c has the other case. */
CHECK(transfer_number, "transfer/a_number_above_the_three_is_no_call_and_no_reply") {
    uint64_t caller = other(ATTACK_ASKER, self()), replies = self();
    CHECK_THAT(c, caller);
    exo_env_write(0, caller, UAREA_REPLY + 16, &replies, 8);
    for (unsigned i = 1; i < 4; i++)
        CHECK_THAT(c, syscall0(caller << 32 | (EXO_REPLY + i)) == -E_NO_CALL);
    CHECK_THAT(c, replied(caller) == 0);
    exo_env_destroy(0, caller);
}

CHECK(transfer_registers, "transfer/what_fails_leaves_every_register_but_rax") {
    uint64_t in[REGISTERS], out[REGISTERS];
    for (unsigned i = 0; i < REGISTERS; i++)
        in[i] = 0x1111111111111111ul * (i + 1);
    in[REGISTER_rax] = (self() + EXO_ENVS) << 32 | EXO_TRANSFER;
    registers_around_syscall(in, out, 0);
    CHECK_THAT(c, (long)out[REGISTER_rax] == -E_DEAD);
    for (unsigned i = REGISTER_rbx; i < REGISTER_rsp_moved; i++)
        if (i != REGISTER_rcx && i != REGISTER_r11 && out[i] != in[i])
            check_fail(c, "register %u is %#lx, not %#lx", i, out[i], in[i]);
}

CHECK(transfer_pattern, "transfer/every_register_of_the_application_arrives_as_it_was") {
    uint64_t id = other(ATTACK_SERVE_REGISTERS, 0);
    uint64_t wrong = 0, rax = id << 32 | EXO_TRANSFER;
    CHECK_THAT(c, id);
    uarea->reply_from = id;
    /* rdi brings the answer; the pattern is 0x1111111111111111 times a number for each. */
    __asm__ volatile(
        "push %%rbx\n\tpush %%rbp\n\tlea 1f(%%rip), %%rcx\n\tmov %%rcx, %[entry]\n\t"
        "mov %%rsp, %[stack]\n\tmov %%rax, %%r11\n\t.set n, 1\n\t"
        ".irp r, rbx, rdx, rsi, rdi, rbp, r8, r9, r10, r12, r13, r14, r15\n\t"
        "mov $0x1111111111111111, %%rax\n\timul $n, %%rax\n\tmov %%rax, %%\\r\n\t"
        ".set n, n + 1\n\t.endr\n\tmov %%r11, %%rax\n\tsyscall\n1:\n\t"
        "pop %%rbp\n\tpop %%rbx"
        : "+a"(rax),
          "=&D"(wrong), [entry] "=m"(uarea->reply_entry), [stack] "=m"(uarea->reply_stack)
        :
        : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory",
          "cc");
    exo_env_destroy(0, id);
    if (wrong)
        check_fail(c, "registers %#lx", wrong);
}

static void call_with(void *m) {
    transfer_call(((const uint64_t *)m)[0], (struct message *)((const uint64_t *)m)[1],
                  EXO_TRANSFER);
}

CHECK(transfer_source, "transfer/a_message_that_is_not_there_is_the_callers_fault") {
    uint64_t id = server(), arguments[2] = {id, 0x10000};
    struct upcall_state caught;
    struct message m = {.word = {1}};
    CHECK_THAT(c, id && upcall_catch(&caught, call_with, arguments));
    CHECK_THAT(c, caught.trap.vector == TRAP_PAGE && caught.trap.address - 0x10000 < 64);
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER) == 0); /* the server knows nothing of it */
    exo_env_destroy(0, id);
}

CHECK(transfer_two, "transfer/a_second_caller_is_refused_until_the_first_is_replied_to") {
    uint64_t id = other(ATTACK_SERVE_NEVER, self());
    uint64_t first =
        other(ATTACK_CALLER, id); /* which has been given to the server, and by it to us */
    struct message m = {.word = {1}};
    CHECK_THAT(c, id && first && exposed_env(first)->waits == id);
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER) == -E_BUSY);
    CHECK_THAT(c,
               exo_env_destroy(0, first) == 0); /* a caller that never gets a reply can be killed */
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER) == -E_BUSY);
    exo_env_destroy(0, id);
}

CHECK(transfer_signal, "transfer/a_caller_whose_server_never_replies_hears_of_signals") {
    uint64_t id = other(ATTACK_SERVE_NEVER, self());
    uint64_t caller = other(ATTACK_CALLER_SIGNALLED, id), signal = 1;
    CHECK_THAT(c, id && caller && exposed_env(caller)->waits == id);
    exo_env_yield(
        caller); /* no signal: it gives the processor to the server, which gives it back */
    CHECK_THAT(c, exposed_env(caller)->waits == id);
    exo_env_write(0, caller, __builtin_offsetof(struct exo_uarea, own), &signal, 8);
    exo_env_yield(caller);
    const volatile struct exo_env *e = exposed_env(caller);
    CHECK_THAT(c, e->state == EXO_ENV_EXITED && e->ended == (uint64_t)-E_NOT_FOUND && !e->waits);
    exo_env_destroy(0, id);
}

static long gives_up(void) {
    return -E_NOT_FOUND;
}

/* A server in the middle of a call that this one has given up. */
static uint64_t left_in_the_middle(struct check *c) {
    uint64_t id = other(ATTACK_SERVE_LATE, self());
    struct message m = {.word = {1}};
    transfer_interrupted = gives_up;
    long error = transfer_call(id, &m, EXO_TRANSFER_WAIT);
    transfer_interrupted = 0;
    if (!id || error != -E_NOT_FOUND || uarea->reply_from)
        check_fail(c, "%lu: %ld", id, error);
    return id;
}

CHECK(transfer_given_up,
      "transfer/the_reply_to_a_call_that_was_given_up_is_no_reply_to_a_later_one") {
    uint64_t id = left_in_the_middle(c);
    struct message m = {.word = {0}};
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER_WAIT) == -E_BUSY && !uarea->reply_from);
    exo_env_yield(id); /* it replies to the first */
    CHECK_THAT(c, transfer_call(id, &m, EXO_TRANSFER_WAIT) == 0 && m.word[0] == 100);
    exo_env_destroy(0, id);
    if (!env_info()->tsc_hz)
        return;
    /* The same, where the later one waits for the next slice, and the reply comes before that. */
    slice_handle();
    id = left_in_the_middle(c);
    m.word[0] = 0;
    uint64_t next = (env_info()->position + 1) % EXO_SLOTS;
    exo_slot_set(0, next, id, 0);
    uarea->interrupted = 0;
    uarea->critical = 1;
    while (!uarea->interrupted)
        __asm__ volatile("nop");
    uarea->critical = 0;
    long error = transfer_call(id, &m, EXO_TRANSFER_WAIT);
    exo_slot_set(0, next, self(), 0);
    exo_env_yield(0);
    exo_env_destroy(0, id);
    if (error || m.word[0] != 100)
        check_fail(c, "%ld: %lu", error, m.word[0]);
}

CHECK(transfer_end, "transfer/a_caller_hears_of_its_servers_end") {
    uint64_t id = other(ATTACK_SERVE_NEVER, self());
    uint64_t caller = other(ATTACK_CALLER, id);
    CHECK_THAT(c, id && caller && exo_env_destroy(0, id) == 0);
    exo_env_yield(caller);
    const volatile struct exo_env *e = exposed_env(caller);
    CHECK_THAT(c, e->state == EXO_ENV_EXITED && e->ended == (uint64_t)-E_DEAD);
}

/* The slices of one that calls for this slice only are its own; of one that waits, the server's. */
CHECK(transfer_slices, "transfer/slices_of_who_waits_are_the_servers_until_it_replies") {
    if (!env_info()->tsc_hz) {
        check_skip(c, "the machine has no clock of known rate");
        return;
    }
    slice_handle();
    for (unsigned waits = 0; waits < 2; waits++) {
        uint64_t id = other(ATTACK_SERVE_SPIN, self());
        enum attack attack = waits ? ATTACK_CALLER : ATTACK_CALLER_ONCE;
        uint64_t caller = (uint64_t)spawn(0, "attacker", attack | id << 32, SPAWN_NO_GRANT, 0);
        CHECK_THAT(c, id && (long)caller > 0);
        for (unsigned i = 0; i < EXO_SLOTS; i++)
            exo_slot_set(0, i, i % 2 ? caller : self(), 0);
        for (unsigned i = 0; i < 20; i++)
            exo_env_yield(0);
        uint64_t servers = exposed_env(id)->ticks, callers = exposed_env(caller)->ticks;
        for (unsigned i = 0; i < EXO_SLOTS; i++)
            exo_slot_set(0, i, self(), 0);
        exo_env_yield(0);
        exo_env_destroy(0, caller);
        exo_env_destroy(0, id);
        if (waits ? servers < 18 || callers : servers > 2 || callers < 17)
            check_fail(c, "waits %u: %lu slices of the server, %lu of the caller", waits, servers,
                       callers);
    }
}
