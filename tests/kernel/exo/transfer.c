/* SPDX-License-Identifier: MIT */
/* transfer.c -- protected control transfer to the program `attacker`, which serves. */
#include "program/attacks.h"
#include "../registers.h"

#include "exo/libos/exposed.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/transfer.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
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

CHECK(transfer_call, "transfer/a_message_comes_back_as_its_servers_reply") {
    uint64_t id = server();
    CHECK_THAT(c, id);
    for (uint64_t n = 0; n < 100; n++) {
        struct message m = {.word = {n, 2, 3, 4, 5, 6}};
        long error = transfer_call(id, &m, n & 1 ? EXO_TRANSFER : EXO_TRANSFER_WAIT);
        if (error || m.from != id || m.word[0] != n + 20 || m.word[1] != self() || m.word[5] != 6)
            check_fail(c, "%lu: %ld from %lu: %lu %lu %lu", n, error, m.from, m.word[0], m.word[1],
                       m.word[5]);
    }
    CHECK_THAT(c, exposed_env(self())->waits == 0);
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
}

CHECK(transfer_reply, "transfer/only_who_was_asked_may_reply") {
    uint64_t id = server();
    CHECK_THAT(c, id);
    uarea->reply_from = 0;
    uint64_t in[REGISTERS] = {0}, out[REGISTERS];
    in[REGISTER_rax] = id << 32 | EXO_REPLY; /* this one asked for nothing */
    registers_around_syscall(in, out, 0);
    CHECK_THAT(c, (long)out[REGISTER_rax] == -E_PERM);
    exo_env_destroy(0, id);
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
    exo_env_destroy(0, id);
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
