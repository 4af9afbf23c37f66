/* SPDX-License-Identifier: MIT */
/* shell.c -- an ExOS with disks: what the boot's words say, line by line with ';' between, and then
 * what the console says (libos/tools). It ends at a line `halt`, and the
 * machine with it. */
#include <stdbool.h>

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/terminal.h"
#include "exo/libos/tools/tools.h"
#include "exo/libos/volume/volumes.h"
#include "exo/libos/yield.h"
#include "lib/string.h"
#include "user/program.h"

#define OUTPUT 16384

enum { BACKSPACE = '\b', DELETE = 0x7f };

static void obey(const char *line) {
    static char output[OUTPUT];
    struct format_buffer text = {output, sizeof output, 0};
    (void)tool_run(line, &text);
    size_t length = text.used < sizeof output ? text.used : sizeof output - 1;
    program_text(output, length);
    if (length && output[length - 1] != '\n')
        program_text("\n", 1);
}

/* The words up to the next ';' or end of line, which are not blank. */
static const char *one_line(const char *words, char line[EXOS_PATH_MAX]) {
    size_t n = 0;
    while (*words == ' ')
        words++;
    for (; *words && *words != ';' && *words != '\n'; words++)
        if (n + 1 < EXOS_PATH_MAX)
            line[n++] = *words;
    line[n] = '\0';
    return *words ? words + 1 : words;
}

/* The next byte of the console; nothing else runs here. */
static char next_byte(int console) {
    char byte = 0;
    while (exos_read(console, &byte, 1) != 1)
        exo_env_yield(0);
    return byte;
}

static void say(const char *text) {
    program_text(text, strlen(text));
}

/* A line, shown as it is typed: `> ` is what the harness gives piped lines at (guest/typing.h). */
static void read_line(int console, char line[EXOS_PATH_MAX]) {
    size_t n = 0;
    say("> ");
    for (char byte; (byte = next_byte(console)) != '\n' && byte != '\r';)
        if ((byte == BACKSPACE || byte == DELETE) && n) {
            n--;
            say("\b \b");
        } else if (byte >= ' ' && byte <= '~' && n + 1 < EXOS_PATH_MAX) {
            line[n++] = byte;
            program_text(&byte, 1);
        }
    say("\n");
    line[n] = '\0';
}

static bool is_end(const char *line) {
    return !strcmp(line, "halt") || !strcmp(line, "exit");
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    char line[EXOS_PATH_MAX];
    (void)a, (void)b;
    slice_handle();
    if (exos_begin() || exos_files_begin(200) || volumes_begin())
        return 1;
    exos_mkdir("/disk");
    while (*words) {
        words = one_line(words, line);
        if (is_end(line))
            return 0;
        say("% ");
        say(line);
        say("\n");
        obey(line);
    }
    const int console = (int)exos_open("/dev/console", EXOS_READ | EXOS_NONBLOCK);
    if (console < 0)
        return 1;
    for (read_line(console, line); !is_end(line); read_line(console, line))
        obey(line);
    return 0;
}
