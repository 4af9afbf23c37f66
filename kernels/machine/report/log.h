/* SPDX-License-Identifier: MIT */
/* log.h -- log text for a person. Lines go to the serial line as they are (the results protocol
 * takes any line without its magic for log text), unless log_to gave them another way, and the last
 * LOG_KEPT bytes are kept for a panic. */
#ifndef MACHINE_LOG_H
#define MACHINE_LOG_H

#include <stddef.h>

#define LOG_KEPT 2048

/* One line; the newline is added. Cut at 240 bytes. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Hands lines (NUL-terminated, without newline) to fn, for example to make log records of them;
 * null: to the serial line. */
void log_to(void (*fn)(const char *line));
/* The kept tail: copies at most size - 1 bytes of whole lines and a NUL; gives the length. */
size_t log_tail(char *into, size_t size);

#endif
