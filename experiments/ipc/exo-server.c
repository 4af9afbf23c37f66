/* SPDX-License-Identifier: MIT */
/* exo-server.c -- the environment that control is transferred to: it replies, or tells when it was
 * reached and replies. Its argument says which, and above that who asks. */
#include "server.h"

#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "measure/bracket.h"
#include "user/program.h"

/* A reply to the one that asks, made before. */
uint64_t exo_server_reply;
void exo_server_replies(void), exo_server_tells(void);
__asm__(".pushsection .text\n"
        "exo_server_replies:\n\t"
        "shl $32, %rax\n\tor $0x103, %rax\n\tsyscall\n\tud2\n" /* EXO_REPLY to the caller */
        "exo_server_tells:\n\t" BENCH_MARK_END
        "lfence\n\trdtsc\n\tshl $32, %rdx\n\tor %rdx, %rax\n\tmov %rax, %rdi\n\t"
        "mov exo_server_reply, %rax\n\tsyscall\n\tud2\n"
        ".popsection");
_Static_assert(EXO_REPLY == 0x103, "in the assembly above");

uint64_t program_main(uint64_t how, uint64_t b, const char *words) {
    static char stack[256] __attribute__((aligned(16)));
    uint64_t client = how >> 32;
    (void)b, (void)words;
    exo_server_reply = client << 32 | EXO_REPLY;
    uarea->transfer_stack = (uint64_t)(stack + sizeof stack);
    uarea->transfer_entry =
        (how & 1) == SERVER_TELLS ? (uint64_t)exo_server_tells : (uint64_t)exo_server_replies;
    uarea->transfer_takes = 1;
    for (;;)
        exo_env_yield(client);
}
