/* SPDX-License-Identifier: MIT */
/* exo-user.c -- the same engine from outside of the kernel: an environment hands over a function
 * that nobody vouches for and is given its result, by one system call that reads the object, links
 * it, proves it, compiles it where that is wanted, runs it once and forgets it. */
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "lib/string.h"
#include "measure/bench.h"

extern const uint8_t function_object[], function_object_end[];
__asm__(".pushsection .rodata\n.balign 16\n"
        "function_object: .incbin \"guest/engine/function.bpf.o\"\n"
        "function_object_end:\n.popsection");

BENCH(function_run, "engine/function_run/way:interp,jit") {
    static char text[EXO_FUNCTION_TEXT];
    const size_t length = (size_t)(function_object_end - function_object);
    char way[8];
    const bool compiled = strcmp(bench_word(b, "way", way, sizeof way), "jit") == 0;
    while (bench_next(b)) {
        bench_start(b);
        long parity = exo_function_run(0, function_object, length, 7, compiled, text);
        bench_stop(b);
        if (parity != 1)
            bench_skip(b, "the kernel refuses the function");
    }
}
