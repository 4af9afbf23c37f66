/* SPDX-License-Identifier: MIT */
/* info.c -- the information page: true, alone in its page, and nobody's to write. */
#include "../hostile.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "lib/string.h"
#include "measure/bench.h"

CHECK(info_truth, "info/it_says_what_the_kernel_knows") {
    const volatile struct exo_info *info = env_info();
    uint64_t self = (uint64_t)exo_env_self();
    CHECK_THAT(c, info->calls == EXO_CALL_COUNT);
    CHECK_THAT(c, info->tsc_hz == 0 || info->tsc_hz > 100000000); /* 0: unknown */
    CHECK_THAT(c, info->build_length == sizeof info->build);
    CHECK_THAT(c, frames_free() > 0 && frames_free() < info->frames_total);
    CHECK_THAT(c, exposed_env(self) && exposed_env(self)->state == EXO_ENV_READY);
    CHECK_THAT(c, strcmp((const char *)exposed_env(self)->name, "first") == 0);
    CHECK_THAT(c, !exposed_env(self + EXO_ENVS) && !exposed_env(0x12345));
}

static void write_at(void *at) {
    *(volatile uint64_t *)at = 1;
}

CHECK(info_write, "info/writing_it_is_a_page_fault_at_its_first_and_its_last_word") {
    static const uint64_t at[] = {EXO_INFO,
                                  EXO_INFO + PAGE_SIZE - 8,
                                  EXO_ENV,
                                  EXO_FRAME,
                                  EXO_FREE,
                                  EXO_BOOT,
                                  EXO_TABLES + HOSTILE_OWN_TEXT / PAGE_SIZE * 8};
    for (unsigned i = 0; i < sizeof at / sizeof at[0]; i++) {
        struct upcall_state s;
        uint64_t before = *(volatile uint64_t *)at[i];
        CHECK_THAT(c, upcall_catch(&s, write_at, (void *)at[i]));
        CHECK_THAT(c, s.trap.vector == TRAP_PAGE && s.trap.address == at[i]);
        CHECK_THAT(c, s.trap.error == (HOSTILE_WRITE | HOSTILE_THERE));
        CHECK_THAT(c, *(volatile uint64_t *)at[i] == before);
    }
}

static void read_at(void *at) {
    (void)*(volatile char *)at;
}

CHECK(info_alone, "info/nothing_lies_beside_it") {
    struct upcall_state s;
    CHECK_THAT(c, upcall_catch(&s, read_at, (void *)(EXO_INFO - 1)));
    CHECK_THAT(c, s.trap.vector == TRAP_PAGE && s.trap.error == HOSTILE_READ);
    CHECK_THAT(c, upcall_catch(&s, read_at, (void *)(EXO_INFO + PAGE_SIZE)));
    CHECK_THAT(c, s.trap.vector == TRAP_PAGE && s.trap.error == HOSTILE_READ);
}

CHECK(info_no_addresses, "info/no_word_of_it_is_an_address_of_the_kernel") {
    const volatile uint64_t *word = (const volatile uint64_t *)EXO_INFO;
    for (unsigned i = 0; i < PAGE_SIZE / sizeof *word; i++)
        if (word[i] >= DIRECT_BASE && word[i] < -4096ul)
            check_fail(c, "word %u is %#lx", i, word[i]);
}
