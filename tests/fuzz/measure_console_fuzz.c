/* SPDX-License-Identifier: MIT */
/* measure_console_fuzz.c -- any keys typed at the console: it ends when they do, and what it hands
 * on is a run= of one line. */
#include "measure/console.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t *keys, *keys_end;

static int key_read(void) {
    return keys < keys_end ? *keys++ : -1;
}

static void show(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (bytes[i] < ' ' && !strchr("\n\b\a", bytes[i]))
            abort();
}

static void list(void) {
}

static void run(const char *words, size_t length) {
    if (length <= 4 || length > CONSOLE_LINE_MAX || memcmp(words, "run=", 4) != 0 ||
        words[4] == ' ')
        abort();
    for (size_t i = 0; i < length; i++)
        if ((words[i] < ' ' && words[i] != '\t') || words[i] > '~')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    keys = data;
    keys_end = data + size;
    console_run(&(struct console){key_read, show, list, run});
    return 0;
}
