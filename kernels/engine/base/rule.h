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
    X(ADDRESS_RANGE, "address-range", "the variable lies near an end of the address space",        \
      "link against memory that keeps its distance from both")                                     \
    X(NO_MAP, "no-map", "maps are not part of this engine",                                        \
      "keep state in global variables or in objects that an exported function hands out")          \
    /* registers and arithmetic */                                                                 \
    X(UNSET, "unset", "the register has not been given a value on this path",                      \
      "initialise it; calls leave r1 to r5 without one")                                           \
    X(POINTER_ARITHMETIC, "pointer-arithmetic", "this arithmetic is not possible on a pointer",    \
      "numbers may be added to pointers into memory, the stack and packets, in 64 bits")           \
    X(OBJECT_ARITHMETIC, "object-arithmetic", "an object's address cannot be calculated with",     \
      "access its fields by name")                                                                 \
    X(NULLABLE, "nullable", "the pointer may be null here", "compare it with 0 first")             \
    X(OFFSET_RANGE, "offset-range", "the pointer could be moved further than any object is large", \
      "bound the number before adding it")                                                         \
    X(POINTER_COMPARE, "pointer-compare", "these two cannot be compared",                          \
      "compare pointers with 0, for equality within one object, or a packet's with its end")       \
    /* memory */                                                                                   \
    X(NOT_POINTER, "not-pointer", "a number is not an address",                                    \
      "memory is reached through the program's arguments, variables, stack and what calls give")   \
    X(BOUNDS, "bounds", "the access can lie outside of the memory",                                \
      "compare the index with the array's length, as an unsigned number, before using it")         \
    X(STACK_BOUNDS, "stack-bounds",                                                                \
      "the access lies outside of the function's 512 bytes of stack",                              \
      "make local variables smaller")                                                              \
    X(STACK_UNSET, "stack-unset", "the stack is read where nothing has been written on this path", \
      "initialise the local variable")                                                             \
    X(PACKET_BOUNDS, "packet-bounds", "nothing proves that the packet is this long",               \
      "compare the address after the last byte needed with the packet's end")                      \
    X(READ_ONLY, "read-only", "this memory may not be written",                                    \
      "copy it to the stack and change that")                                                      \
    X(NO_FIELD, "no-field",                                                                        \
      "the access covers no field of the object, or only a part of a pointer",                     \
      "access fields by name; what has none is not offered")                                       \
    X(FIELD_RIGHTS, "field-rights", "this kind of program may not access the field so",            \
      "use the functions that are exported for it")                                                \
    X(OWNING_FIELD, "owning-field", "a field that owns a reference is not read or written",        \
      "exchange what it holds, by the function that is exported for it")                           \
    X(POINTER_PART, "pointer-part", "a part of a pointer is read or overwritten",                  \
      "copy pointers as a whole, aligned to eight bytes")                                          \
    X(POINTER_STORED, "pointer-stored",                                                            \
      "a pointer is stored where it would outlive the run or become a number",                     \
      "keep pointers in registers and on the stack")                                               \
    X(ATOMIC_PLACE, "atomic-place",                                                                \
      "atomic instructions work on plain memory, aligned to their width", "align the variable")    \
    /* calls */                                                                                    \
    X(ARGUMENT, "argument", "an argument is not what the function takes",                          \
      "compare with its declaration")                                                              \
    X(ARGUMENT_LENGTH, "argument-length", "the memory can be shorter than the length beside it",   \
      "bound the length by the size of what is passed")                                            \
    X(RESULT, "result", "the program's result is not what this kind of program gives",             \
      "return a number in the range that the kind allows")                                         \
    X(RECURSION, "recursion", "a function calls itself, perhaps by way of others", "use a loop")   \
    X(CALL_DEPTH, "call-depth", "too many functions would be active at once", "inline some")       \
    X(CALL_TARGET, "call-target", "nothing says which function is called",                         \
      "call functions by name, or through a pointer that was given exactly one")                   \
    X(CALLBACK, "callback", "a function that is called back runs without fuel",                    \
      "let its loops end by themselves, and do not call it, or what it calls, where fuel is used") \
    X(NOT_RELEASED, "not-released", "a reference has not been given back when the program ends",   \
      "release it on every path")                                                                  \
    X(REFERENCES, "references", "too many references are held at once",                            \
      "release some before acquiring more")                                                        \
    X(NOT_OWNED, "not-owned", "what is released is no reference, or has been released before",     \
      "release each reference exactly once, by the pointer that it was acquired by")               \
    /* loops, size and what the kind demands */                                                    \
    X(ENDLESS, "endless", "nothing shows that this loop ends",                                     \
      "let a counter run to a constant, and let nothing else change it")                           \
    X(COMPLEXITY, "complexity", "the program has more paths than the verifier looks at",           \
      "shorten loops, or split the program")                                                       \
    X(BUDGET, "budget", "the longest path costs more than this kind of program may",               \
      "shorten its loops")                                                                         \
    X(NOT_FUNCTIONAL, "not-functional",                                                            \
      "this kind of program may have no effect and read only its arguments",                       \
      "remove the store, the global variable or the call")                                         \
    X(NOT_EPHEMERAL, "not-ephemeral", "this kind of program may call ephemeral functions only",    \
      "call functions that are declared ephemeral")                                                \
    X(NOT_DETERMINISTIC, "not-deterministic",                                                      \
      "this kind of program must give the same answer for the same input",                         \
      "read arguments and constants only, and call deterministic functions")                       \
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
