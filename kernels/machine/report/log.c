/* SPDX-License-Identifier: MIT */
/* log.c -- see log.h. The last lines stand in a ring of bytes; the newest overwrite the oldest. */
#include "machine/report/log.h"

#include "lib/format.h"
#include "lib/string.h"
#include "machine/report/serial.h"

#define LINE_MAX 240

static char kept[LOG_KEPT];
static size_t kept_bytes; /* ever written; the next goes to kept[kept_bytes % LOG_KEPT] */
static void (*sink)(const char *line);

static void keep(const char *bytes, size_t n) {
    for (; n; n--)
        kept[kept_bytes++ % LOG_KEPT] = *bytes++;
}

void log_to(void (*fn)(const char *line)) {
    sink = fn;
}

void log_line(const char *format, ...) {
    char line[LINE_MAX + 1];
    va_list args;
    va_start(args, format);
    format_text_va(line, sizeof line, format, args);
    va_end(args);

    keep(line, strlen(line));
    keep("\n", 1);
    if (sink) {
        sink(line);
        return;
    }
    serial_write(line, strlen(line));
    serial_write("\n", 1);
}

size_t log_tail(char *into, size_t size) {
    if (size == 0)
        return 0;
    size_t n = kept_bytes < LOG_KEPT ? kept_bytes : LOG_KEPT;
    size_t from = kept_bytes - (n < size ? n : size - 1), length = 0;
    if (from) /* something was left out: begin behind the end of a line */
        while (from < kept_bytes && kept[from++ % LOG_KEPT] != '\n')
            ;
    while (from < kept_bytes)
        into[length++] = kept[from++ % LOG_KEPT];
    into[length] = 0;
    return length;
}
