/* SPDX-License-Identifier: MIT */
/* exo_script_fuzz.c -- the first line of what ExOS is to run: an interpreter and its argument are
 * words of it, or it is refused. */
#include "exo/libos/exos/program/script.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool so) {
    if (!so)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const argv[] = {"name", "last", NULL};
    const struct elf_source source = elf_in_memory(data, size);
    struct script s;
    bool is_one = size > 1 && data[0] == '#' && data[1] == '!';
    must(script_read(&s, &source, "/bin/name", argv) == is_one);
    if (!is_one || !s.interpreter)
        return 0;
    must(s.interpreter[0] && !strpbrk(s.interpreter, " \t\n") && s.argv[0] == s.interpreter);
    unsigned words = strcmp(s.argv[1], "/bin/name") != 0 || !strcmp(s.argv[2], "/bin/name") ? 2 : 1;
    must(!strcmp(s.argv[words], "/bin/name") && !strcmp(s.argv[words + 1], "last"));
    must(!s.argv[words + 2]);
    return 0;
}
