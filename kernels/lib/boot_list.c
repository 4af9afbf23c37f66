/* SPDX-License-Identifier: MIT */
/* boot_list.c -- see boot_list.h. */
#include "lib/boot_list.h"

#include "lib/string.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\0';
}

struct words {
    const char *at;
    size_t len;
};

/* The next line without the blanks at its ends. */
static struct words line_next(struct boot_list *list) {
    const char *from = list->text + list->at, *to = from;
    while (to < list->text + list->len && *to != '\n')
        to++;
    list->at = (size_t)(to - list->text) + 1;
    list->line++;
    while (from < to && is_blank(*from))
        from++;
    while (to > from && is_blank(to[-1]))
        to--;
    return (struct words){from, (size_t)(to - from)};
}

static bool keep(struct words words, char *into, size_t size) {
    if (words.len >= size)
        return false;
    memcpy(into, words.at, words.len);
    into[words.len] = '\0';
    return true;
}

enum boot_list_step boot_list_next(struct boot_list *list, struct component *next) {
    while (list->at < list->len) {
        struct words line = line_next(list), name = {line.at, 0};
        if (line.len == 0 || *line.at == '#')
            continue;
        while (name.len < line.len && !is_blank(name.at[name.len]))
            name.len++;
        struct words arguments = {name.at + name.len, line.len - name.len};
        while (arguments.len && is_blank(*arguments.at))
            arguments = (struct words){arguments.at + 1, arguments.len - 1};
        bool fits = keep(name, next->name, sizeof next->name) &&
                    keep(arguments, next->arguments, sizeof next->arguments);
        return fits ? BOOT_LIST_COMPONENT : BOOT_LIST_TOO_LONG;
    }
    return BOOT_LIST_END;
}
