/* SPDX-License-Identifier: MIT */
/* rules.h -- every reason for which a program, or an object on the way to one, is refused: its name
 * (as the pages in docs and the tests use it), the sentence a message prints, and what the author
 * can do about it. rule.h makes one enum of all of them. */
#ifndef ENGINE_RULES_H
#define ENGINE_RULES_H

/* The decoder's and the verifier's. */
/* X(id, name, sentence, hint) */
#define PROGRAM_RULES(X)                                                                           \
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
    /* at any step from the file to the program */                                                 \
    X(NO_MEMORY, "no-memory", "there is no memory left", "unload something first")

/* clang-format off */
/* An object file's, before its code is looked at. */
#define HINT_REBUILD "the file is damaged: build it again"
#define HINT_TYPES   "the type information is damaged: build the object again, with a compiler that is known to work"
#define HINT_LINES   "the line information is damaged: build the object again, or without -g"
#define OBJECT_RULES(X) \
    /* the file */ \
    X(FILE_SIZE,        "file-size",        "the file is larger than the engine accepts", "split it, or build it without -g") \
    X(NOT_ELF,          "not-elf",          "this is no little-endian ELF64 file", "build it with clang -target bpf or bpf-gcc") \
    X(NOT_OBJECT,       "not-object",       "this is no relocatable object (ET_REL)", "compile with -c") \
    X(NOT_BPF,          "not-bpf",          "this is an object for another machine", "build it with clang -target bpf or bpf-gcc") \
    X(SECTION_TABLE,    "section-table",    "the table of sections is missing, too long or not inside the file", HINT_REBUILD) \
    X(STRING_TABLE,     "string-table",     "names are said to be in a section that is no string table", HINT_REBUILD) \
    X(NAME,             "name",             "a name is too long, has no end or has characters that no name has", HINT_REBUILD) \
    /* sections */ \
    X(SECTION_BOUNDS,   "section-bounds",   "a section lies outside of the file", HINT_REBUILD) \
    X(SECTION_OVERLAP,  "section-overlap",  "two sections share bytes of the file", HINT_REBUILD) \
    X(SECTION_ALIGN,    "section-align",    "a section's alignment is no power of two, or more than a page", "ask for less alignment") \
    X(SECTION_FLAGS,    "section-flags",    "a section is writable code, thread-local or compressed", "keep code and data apart, and debug sections uncompressed (-gz=none)") \
    X(SECTION_KIND,     "section-kind",     "a section that takes memory is of a kind that the engine does not load", "initialisers and notes do not exist here") \
    X(MAPS,             "maps",             "maps are not part of this engine", "keep state in global variables or in objects that an exported function hands out") \
    X(CODE_SIZE,        "code-size",        "a section of code is no whole number of instructions, or there are more of them than the engine accepts", "split the object") \
    X(DATA_SIZE,        "data-size",        "the global variables take more memory than the engine gives", "make them smaller") \
    /* symbols */ \
    X(SYMBOL_TABLE,     "symbol-table",     "the symbol table has an impossible size or too many symbols, or there are two", HINT_REBUILD) \
    X(SYMBOL_SECTION,   "symbol-section",   "a symbol belongs to a section that does not exist or cannot hold it", "compile with -fno-common, and use no absolute symbols") \
    X(SYMBOL_BOUNDS,    "symbol-bounds",    "a symbol lies outside of its section", HINT_REBUILD) \
    X(SYMBOL_KIND,      "symbol-kind",      "a symbol is of a kind that the engine does not know", "use functions and variables only, none of them thread-local") \
    X(FUNCTION_BOUNDS,  "function-bounds",  "a function does not start and end at an instruction, or overlaps another", HINT_REBUILD) \
    X(TWICE,            "twice",            "two global symbols have one name", "rename one of them") \
    /* relocations */ \
    X(RELOC_SECTION,    "reloc-section",    "a section of relocations has an impossible form, or belongs to nothing", HINT_REBUILD) \
    X(RELOC_PLACE,      "reloc-place",      "a relocation's place is outside of its section, out of order, or shared with another", HINT_REBUILD) \
    X(RELOC_KIND,       "reloc-kind",       "a relocation is of a kind that does not belong in this section", "addresses fit eight bytes: do not cut them to four") \
    X(RELOC_INSTRUCTION,"reloc-instruction","a relocation's place is not the instruction it is made for", HINT_REBUILD) \
    X(RELOC_SYMBOL,     "reloc-symbol",     "a relocation names a symbol that does not exist, or that nothing can be loaded for", "refer to functions and variables only") \
    X(RELOC_TARGET,     "reloc-target",     "a relocation leads outside of the section it means, or between two instructions", HINT_REBUILD) \
    X(RELOC_DIALECT,    "reloc-dialect",    "nothing in the object tells what the assembler left in the places to be relocated", "keep .comment, or build with -g") \
    X(NUMBERED,         "numbered",         "an instruction names a function or variable by a number, which is the loader's to give", "declare it extern: there are no numbered helpers") \
    X(RELOC_USE,        "reloc-use",        "an extern name is used both as a function to call and as an address", "call extern functions, and take addresses of extern variables only") \
    /* types */ \
    X(TYPE_HEADER,      "type-header",      "the header of .BTF is cut, of another version, or names parts outside of the section or overlapping", HINT_TYPES) \
    X(TYPE_STRINGS,     "type-strings",     "the strings of .BTF do not begin and end with an empty one", HINT_TYPES) \
    X(TYPE_COUNT,       "type-count",       "there are more types, or they take more bytes, than the engine accepts", "split the object, or include fewer headers") \
    X(TYPE_CUT,         "type-cut",         "the last type is cut", HINT_TYPES) \
    X(TYPE_KIND,        "type-kind",        "a type is of a kind that does not exist (they are 1 to 19)", HINT_TYPES) \
    X(TYPE_RESERVED,    "type-reserved",    "a field that this kind of type does not use is not zero", HINT_TYPES) \
    X(TYPE_NAME,        "type-name",        "a type or member has a name where none may be, lacks one, or has one that is not valid in C", HINT_TYPES) \
    X(TYPE_REFERENCE,   "type-reference",   "a type refers to one that does not exist, or that cannot stand there", HINT_TYPES) \
    X(TYPE_SIZE,        "type-size",        "a type has an impossible size", HINT_TYPES) \
    X(TYPE_MEMBER,      "type-member",      "a member lies outside of its structure, out of order, or over its neighbour", HINT_TYPES) \
    X(TYPE_CYCLE,       "type-cycle",       "a type contains itself", HINT_TYPES) \
    X(TYPE_DEPTH,       "type-depth",       "a type is nested deeper than the engine accepts", "use fewer levels of pointers, arrays and unnamed structures") \
    /* lines */ \
    X(EXT_HEADER,       "ext-header",       "the header of .BTF.ext is cut, of another version, or names parts outside of the section", HINT_LINES) \
    X(EXT_RECORD,       "ext-record",       "a record of .BTF.ext is cut or has an impossible size", HINT_LINES) \
    X(EXT_PLACE,        "ext-place",        "a record of .BTF.ext belongs to no code, or is out of order", HINT_LINES) \
    X(CORE_RELOCATION,  "core-relocation",  "the code has fields of structures that are to be found when it is loaded (CO-RE), which this engine does not do", "include the headers of the kernel that is meant, without preserve_access_index: types are compared when linking") \
    X(LINE_HEADER,      "line-header",      "the header of a line table is cut or has impossible values", HINT_LINES) \
    X(LINE_VERSION,     "line-version",     "a line table is of another version than DWARF 2 to 5", "compile with -gdwarf-4 or -gdwarf-5") \
    X(LINE_FORM,        "line-form",        "a file's name is given in a form that the engine does not know, or is none", HINT_LINES) \
    X(LINE_CUT,         "line-cut",         "the program of a line table is cut", HINT_LINES) \
    X(LINE_PLACE,       "line-place",       "a line belongs to no code, or to no file", HINT_LINES)

/* The linker's: names stay undefined, or a domain or a program of a linked object is refused. */
#define LINK_RULES(X) \
    /* an undefined name */ \
    X(UNKNOWN_NAME, "unknown-name", "no domain in the list exports this name", "link against a domain that exports it: a name that no domain exports does not exist") \
    X(WRONG_TYPE,   "wrong-type",   "it is exported with another type", "compile against the declarations of the domain as it is now") \
    X(WRONG_KIND,   "wrong-kind",   "functions are called and variables are addressed, and this is the other of the two", "declare it as the domain does") \
    X(AMBIGUOUS,    "ambiguous",    "several domains in the list export it, and each time it is something else", "link against one of them first, or leave the other out of the list") \
    X(NO_TYPE,      "no-type",      "the object does not describe what type it has", "compile with -g (clang, -O1 or more) or -gbtf (GCC)") \
    X(TOO_ALIKE,    "too-alike",    "its type has too many copies to be compared", "build the object again: no compiler writes one type this often") \
    X(DENIED,       "denied",       "its exporter does not let this object be linked to it", "ask whoever exports it for a reference, or do without the name") \
    X(UNRESOLVED,   "unresolved",   "names are undefined", "every name must be bound before a program can run") \
    /* a domain */ \
    X(EXPORT_TWICE, "export-twice", "the domain exports one name twice", "rename one of them, or make two domains") \
    X(EXPORT_TYPE,  "export-type",  "nothing describes the type of this export", "compile the exporting code with -g (clang) or -gbtf (GCC)") \
    /* a program */ \
    X(NO_FUNCTION,  "no-function",  "the object has no function of this name", "`vcode dump` lists its functions") \
    X(NO_TARGET,    "no-target",    "a call or an address leads to code that belongs to no function", "build the object again: every function has a symbol") \
    X(DATA_ADDRESS, "data-address", "the program uses a section of variables that holds an address", "take addresses in the code: as initial values they would be numbers to the program") \
    X(STACK,        "stack",        "the program and what it calls need more stack than programs of its kind get", "keep large arrays in variables; call fewer functions inside each other")

/* Of declarations, sections and grants: what has to do with an object's kind. */
#define LOAD_RULES(X) \
    /* the object */ \
    X(NO_PROGRAM, "no-program", "the object has no program of any kind that is loaded here", "put the function into a section with the name of its kind: __attribute__((section(\"KIND\")))") \
    X(UNTYPED,    "untyped",    "the object does not describe the type of this program", "compile with -g (clang) or -gbtf (GCC), and make the function global") \
    X(PROTOTYPE,  "prototype",  "the program is not declared as its kind wants it", "take the declaration, and the types in it, from the header of the kind") \
    /* what a kind or an export says */ \
    X(NO_NAME,    "no-name",    "the types know no function, no pointer to a function and no function type of this name", "declare it in the file whose types these are, and use it there") \
    X(GRANT,      "grant",      "something is granted of a type or a field that does not exist", "name it as its declaration does") \
    X(NOT_PLAIN,  "not-plain",  "it is granted as plain bytes, and holds addresses", "grant its fields instead") \
    X(OPEN_TYPE,  "open-type",  "C does not say what there is behind this address", "point to a type with a size, or say in the signature how many bytes there are") \
    X(CLASS,      "class",      "it is described as a number and declared as an address, or the other way round", "leave out of the signature what the declaration says") \
    X(PARAMETERS, "parameters", "there are more than five parameters, or one that fits no register", "pass a pointer to a structure") \
    X(FIELDS,     "fields",     "the type has more fields than can be granted", "grant fewer, or make arrays of numbers instead of structures")

/* A signed native object's. */
#define HINT_SIGN  "sign it with vsign and the key of this build"
#define HINT_BUILD "build it again: with the kernel's compiler and the kernel's flags"
#define NATIVE_RULES(X) \
    /* the envelope */ \
    X(NOT_SIGNED,     "not-signed",     "this is no signed object", HINT_SIGN) \
    X(SIGNED_VERSION, "signed-version", "the signed object is of another version than 1", HINT_SIGN) \
    X(SIGNED_LENGTH,  "signed-length",  "the file is longer or shorter than its header says", "it was cut or added to on its way: sign and copy it again") \
    X(SIGNATURE,      "signature",      "the key of this kernel did not sign these bytes", HINT_SIGN) \
    X(SIGNED_KIND,    "signed-kind",    "the object was signed as another kind of program", "sign it as the kind it is loaded as") \
    X(FILE_SIZE,      "file-size",      "the file is larger than the engine accepts", "split it, or build it without -g") \
    /* the object inside */ \
    X(NOT_ELF,        "not-elf",        "this is no little-endian ELF64 file", HINT_BUILD) \
    X(NOT_OBJECT,     "not-object",     "this is no relocatable object (ET_REL)", "compile with -c") \
    X(NOT_NATIVE,     "not-native",     "this is an object for another machine", HINT_BUILD) \
    X(SECTION_TABLE,  "section-table",  "the table of sections is missing, too long or not inside the file", HINT_BUILD) \
    X(NAME,           "name",           "a name has no end or lies outside of its table", HINT_BUILD) \
    X(SECTION_BOUNDS, "section-bounds", "a section lies outside of the file", HINT_BUILD) \
    X(SECTION_ALIGN,  "section-align",  "a section's alignment is no power of two, or more than a page", "ask for less alignment") \
    X(SECTION_FLAGS,  "section-flags",  "a section is writable code, thread-local or compressed", "keep code and data apart") \
    X(SECTION_KIND,   "section-kind",   "a section that takes memory is neither code nor data", "initialisers and notes do not exist here") \
    X(SIZE,           "size",           "the sections take more memory than the engine gives", "make them smaller") \
    X(NO_VARIABLES,   "no-variables",   "the object has writable variables, and this kernel gives native objects none", "keep state in what the program is called with") \
    X(SYMBOL_TABLE,   "symbol-table",   "the symbol table is missing or has an impossible form", HINT_BUILD) \
    X(SYMBOL_KIND,    "symbol-kind",    "a symbol is thread-local, common or absolute, or of a kind that the engine does not know", "compile with -fno-common; use functions and variables only") \
    X(SYMBOL_BOUNDS,  "symbol-bounds",  "a symbol lies outside of its section, or its section does not exist", HINT_BUILD) \
    X(RELOC_TABLE,    "reloc-table",    "a section of relocations has an impossible form", HINT_BUILD) \
    X(RELOC_KIND,     "reloc-kind",     "a relocation is of a kind that the kernel's flags do not give", HINT_BUILD) \
    X(RELOC_PLACE,    "reloc-place",    "a relocation's place is outside of its section", HINT_BUILD) \
    X(RELOC_SYMBOL,   "reloc-symbol",   "a relocation names a symbol that does not exist or is not in memory", HINT_BUILD) \
    X(RELOC_RANGE,    "reloc-range",    "what a relocation refers to is too far away for its field", "compile with -mcmodel=kernel, and export from the kernel's image") \
    X(TYPES,          "types",          "the type information is damaged", "build the object again with -gbtf, or without it") \
    X(NO_FUNCTION,    "no-function",    "the object defines no global function", "a program is a function that is not static") \
    /* names */ \
    X(UNRESOLVED,     "unresolved",     "none of the domains exports this name", "link against a domain that exports it") \
    X(AMBIGUOUS,      "ambiguous",      "two of the domains export this name", "link against one of them only") \
    X(IMPORT_TYPE,    "import-type",    "this name is exported with another type", "include the header of the interface instead of declaring it by hand")
/* clang-format on */

#endif
