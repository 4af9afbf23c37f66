/* SPDX-License-Identifier: MIT */
/* rule.h -- every reason for which a program is refused: its name (as docs/engine.md and the tests
 * use it), the sentence a message prints, and what the author of the program can do about it. */
#ifndef ENGINE_RULE_H
#define ENGINE_RULE_H

/* X(id, name, sentence, hint) */
#define RULES(X)                                                                                   \
    /* the encoding of one instruction */                                                          \
    X(UNKNOWN_INSTRUCTION, "unknown-instruction", "no instruction of RFC 9669 has this encoding",  \
      "compile for -mcpu=v3 or v4, and look for data in an executable section")                    \
    X(RESERVED_FIELD, "reserved-field", "a field that this instruction does not use is not zero",  \
      "the standard reserves such fields: encode them as zero")                                    \
    X(NO_REGISTER, "no-register", "there are eleven registers, r0 to r10", "use r0 to r10")        \
    X(FRAME_POINTER, "frame-pointer", "r10 is read-only",                                          \
      "copy r10 to another register and change the copy")                                          \
    X(PACKET_ACCESS, "packet-access", "packet access of the older instruction set is not offered", \
      "load through a pointer to the packet after comparing it with the packet's end")             \
    X(CONSTANT_CUT, "constant-cut",                                                                \
      "the second slot of a 64-bit constant is missing or not empty",                              \
      "a 64-bit constant takes two slots; all of the second but its immediate is zero")            \
    /* the shape of a program */                                                                   \
    X(NO_CODE, "no-code", "the program has no instruction", "a program ends with exit")            \
    X(SIZE, "size",                                                                                \
      "the program is longer than the engine accepts or is no whole number of slots",              \
      "split it into programs that call each other")                                               \
    X(JUMP_OUTSIDE, "jump-outside", "the jump leads out of its function",                          \
      "jumps stay in their function; use a call to leave it")                                      \
    X(JUMP_INTO_CONSTANT, "jump-into-constant", "the jump or call leads into a 64-bit constant",   \
      "lead it to the constant's first slot")                                                      \
    X(CALL_OUTSIDE, "call-outside", "the call leads out of the program",                           \
      "a local call leads to a slot of the same program")                                          \
    X(FALLS_OFF, "falls-off", "control can run past the end of a function",                        \
      "end every function with exit or with a jump backwards")                                     \
    X(NO_IMPORT, "no-import", "the call names a function that was not linked to this program",     \
      "declare it extern and link the program against a domain that exports it")                   \
    X(NO_VARIABLE, "no-variable", "the constant names a variable that this program does not have", \
      "declare it in .data, .rodata or .bss, or extern and link it")                               \
    X(NO_MAP, "no-map", "maps are not part of this engine",                                        \
      "keep state in global variables or in objects that an exported function hands out")          \
    X(NO_MEMORY, "no-memory", "there is no memory left to load the program",                       \
      "unload something first")

enum rule {
    RULE_NONE,
#define X(id, ...) RULE_##id,
    RULES(X)
#undef X
        RULE_COUNT
};

/* A rule's name, sentence and hint. Never null; RULE_NONE is "none". */
const char *rule_name(enum rule rule);
const char *rule_sentence(enum rule rule);
const char *rule_hint(enum rule rule);

#endif
