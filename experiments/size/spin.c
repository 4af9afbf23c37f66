/* SPDX-License-Identifier: MIT */
/* spin.c -- how large the parts of the kernel and its extensions are. The build has measured its
 * own sources and objects (`measure`), since a kernel cannot count the lines that it was made from;
 * its makefile includes what came out. */
#include "lib/string.h"
#include "machine/report/panic.h"
#include "measure/bench.h"

/* The row's figure: of the one of COUNT sizes that its sweep KIND names. */
static void give(struct bench *b, const char *kind, const struct size *sizes, unsigned count) {
    char name[32], of[8];
    bench_word(b, kind, name, sizeof name);
    bench_word(b, "of", of, sizeof of);
    for (unsigned i = 0; i < count; i++)
        if (!strcmp(sizes[i].name, name)) {
            if (!strcmp(of, "lines"))
                bench_lines(b, sizes[i].lines);
            else
                bench_size(b, sizes[i].text);
            return;
        }
    panic("nobody measured %s:%s", kind, name);
}

BENCH(size_part, "size/part:" PARTS "/of:lines,text") {
    give(b, "part", parts, sizeof parts / sizeof *parts);
}

BENCH(size_extension, "size/extension:" EXTENSIONS "/of:lines,text") {
    give(b, "extension", extensions, sizeof extensions / sizeof *extensions);
}
