/* SPDX-License-Identifier: MIT */
/* plugin_decode_test.c -- what the plugins take an instruction for, on the bytes that assemblers
 * make of it, and what it is not to be taken for. */
#include "plugin/decode.h"
#include "unit.h"

#include <string.h>

static const struct {
    const char *words;
    enum insn_kind kind;
    uint8_t size, bytes[10];
} cases[] = {
    {"the mark that opens a bracket", INSN_MARK_BEGIN, 8, {0x0f, 0x1f, 0x84, 0, 1, 0, 0x5e, 0xed}},
    {"the mark that closes it", INSN_MARK_END, 8, {0x0f, 0x1f, 0x84, 0, 2, 0, 0x5e, 0xed}},
    {"the mark of a page of data", INSN_MARK_DATA, 8, {0x0f, 0x1f, 0x84, 0, 3, 0, 0x5e, 0xed}},
    {"the mark of none", INSN_MARK_NO_DATA, 8, {0x0f, 0x1f, 0x84, 0, 4, 0, 0x5e, 0xed}},
    {"no mark has this number", INSN_OTHER, 8, {0x0f, 0x1f, 0x84, 0, 0, 0, 0x5e, 0xed}},
    {"nor this one", INSN_OTHER, 8, {0x0f, 0x1f, 0x84, 0, 5, 0, 0x5e, 0xed}},
    {"another NOP of that form", INSN_OTHER, 8, {0x0f, 0x1f, 0x84, 0, 3, 0, 0x5e, 0xec}},
    {"movb $1, 0x20(%rbp)", INSN_BATCH_NOTE, 4, {0xc6, 0x45, 0x20, 1}},
    {"movb $1, 0x20(%r12)", INSN_BATCH_NOTE, 6, {0x41, 0xc6, 0x44, 0x24, 0x20, 1}},
    {"movb $2, 0x20(%rbp)", INSN_OTHER, 4, {0xc6, 0x45, 0x20, 2}},
    {"movb $1, %al in that form", INSN_OTHER, 3, {0xc6, 0xc0, 1}},
    {"mov 8(%rbp), %rbx", INSN_BATCH_LOAD, 4, {0x48, 0x8b, 0x5d, 8}},
    {"mov 8(%r12), %rbx", INSN_BATCH_LOAD, 5, {0x49, 0x8b, 0x5c, 0x24, 8}},
    {"mov 8(%rbp), %r11", INSN_OTHER, 4, {0x4c, 0x8b, 0x5d, 8}},
    {"mov %rax, %rbx", INSN_OTHER, 3, {0x48, 0x8b, 0xd8}},
    {"mov %rax, %cr3", INSN_CR3_WRITE, 3, {0x0f, 0x22, 0xd8}},
    {"mov %r8, %cr3", INSN_CR3_WRITE, 4, {0x41, 0x0f, 0x22, 0xd8}},
    {"mov %cr3, %rax", INSN_OTHER, 3, {0x0f, 0x20, 0xd8}},
    {"mov %rax, %cr4", INSN_TRANSLATION, 3, {0x0f, 0x22, 0xe0}},
    {"mov %rax, %cr11, which is none", INSN_TRANSLATION, 4, {0x44, 0x0f, 0x22, 0xd8}},
    {"invlpg (%rax)", INSN_TRANSLATION, 3, {0x0f, 0x01, 0x38}},
    {"swapgs", INSN_OTHER, 3, {0x0f, 0x01, 0xf8}},
    {"invpcid (%rcx), %rax", INSN_TRANSLATION, 5, {0x66, 0x0f, 0x38, 0x82, 0x01}},
    {"pshufb (%rcx), %mm0", INSN_OTHER, 4, {0x0f, 0x38, 0x00, 0x01}},
    {"iretq", INSN_RETURN, 2, {0x48, 0xcf}},
    {"sysretq", INSN_RETURN, 3, {0x48, 0x0f, 0x07}},
    {"call *%rax", INSN_INDIRECT, 2, {0xff, 0xd0}},
    {"call *table(,%rax,8)", INSN_INDIRECT, 7, {0xff, 0x14, 0xc5, 0, 0, 0, 0x80}},
    {"notrack jmp *%rax", INSN_INDIRECT, 3, {0x3e, 0xff, 0xe0}},
    {"jmp *%r8", INSN_INDIRECT, 3, {0x41, 0xff, 0xe0}},
    {"push (%rax)", INSN_OTHER, 2, {0xff, 0x30}},
    {"incl (%rax)", INSN_OTHER, 2, {0xff, 0x00}},
    {"call by a displacement", INSN_OTHER, 5, {0xe8, 0xff, 0xd0, 0, 0}},
    {"ret", INSN_OTHER, 1, {0xc3}},
    {"rep movsq", INSN_STRING_STORE, 3, {0xf3, 0x48, 0xa5}},
    {"rep stosb", INSN_STRING_STORE, 2, {0xf3, 0xaa}},
    {"lodsw", INSN_STRING_LOAD, 2, {0x66, 0xad}},
    {"repne scasb", INSN_STRING_LOAD, 2, {0xf2, 0xae}},
    {"repe cmpsb", INSN_STRING_COMPARE, 2, {0xf3, 0xa6}},
    {"rep outsb", INSN_STRING_LOAD, 2, {0xf3, 0x6e}},
    {"in (%dx), %al", INSN_OTHER, 1, {0xec}},
    {"prefixes and nothing else", INSN_OTHER, 2, {0xf3, 0x48}},
    {"0f and nothing else", INSN_OTHER, 1, {0x0f}},
};

static void each_is_what_its_bytes_say(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (insn_decode(cases[i].bytes, cases[i].size) != cases[i].kind)
            fail_msg("%s: taken for %d", cases[i].words,
                     insn_decode(cases[i].bytes, cases[i].size));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_is_what_its_bytes_say)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("plugin_decode", tests, NULL, NULL);
}
