/* SPDX-License-Identifier: MIT */
/* give.h -- what spin.c and exo.c have in common. The build has measured its own sources and
 * objects (`measure`), since a kernel cannot count the lines that it was made from; its makefile
 * includes what came out. */
#ifndef SIZE_GIVE_H
#define SIZE_GIVE_H

#include "lib/string.h"
#include "machine/report/panic.h"
#include "measure/bench.h"

/* The row's figure: of the one of COUNT sizes that its sweep KIND names. */
static inline void give(struct bench *b, const char *kind, const struct size *sizes,
                        unsigned count) {
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

#endif
