/* SPDX-License-Identifier: MIT */
/* shell.c -- see shell.h: a line is split into words, and the command of the first is obeyed. */
#include "spin/services/shell/shell.h"

#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "spin/services/loader/loader.h"
#include "spin/services/console.h"

MODULE("Shell");

#define LINE_MAX 200

void shell_say(const char *format, ...) {
    char line[LINE_MAX + 1];
    va_list args;
    va_start(args, format);
    int length = format_text_va(line, LINE_MAX, format, args);
    va_end(args);
    size_t used = length < LINE_MAX ? (size_t)length : LINE_MAX - 1;
    line[used] = '\n';
    console_write(line, used + 1);
}

void shell_error(int error) {
    if (error)
        shell_say("%s", error_sentence(error));
}

struct module *shell_module(void) {
    return THIS_MODULE;
}

/* One word more. False: it is longer than words are, or there are more than a line may have. */
static bool take_word(struct shell_line *line, char command[SHELL_WORD_MAX], bool first,
                      const char *text, size_t length) {
    if (length >= SHELL_WORD_MAX || (!first && line->words == SHELL_WORDS_MAX))
        return false;
    char *into = first ? command : line->word[line->words++];
    memcpy(into, text, length);
    into[length] = '\0';
    return true;
}

static bool split(const char *text, size_t length, char command[SHELL_WORD_MAX],
                  struct shell_line *line) {
    const char *end = text + length;
    bool first = true;
    line->words = 0;
    command[0] = '\0';
    while (text < end) {
        const char *word = text;
        while (text < end && *text != ' ' && *text != '\t')
            text++;
        if (text > word) {
            if (!take_word(line, command, first, word, (size_t)(text - word)))
                return false;
            first = false;
        }
        text += text < end;
    }
    return true;
}

/* False: none of these is called so. */
static bool obey_one_of(const struct shell_entry *entry, const char *command,
                        const struct shell_line *line) {
    for (; entry->name; entry++) {
        if (strcmp(entry->name, command) != 0)
            continue;
        if (line->words < entry->least || line->words > entry->most)
            shell_say("%s takes %u to %u words", command, entry->least, entry->most);
        else
            entry->obey(line);
        return true;
    }
    return false;
}

EVENT(shell_command, "Shell.Command", bool, (const char *text, size_t length)) {
    char command[SHELL_WORD_MAX];
    struct shell_line line;
    loader_reap(); /* what was under way when it was unloaded */
    return split(text, length, command, &line) &&
           (obey_one_of(shell_extension_commands, command, &line) ||
            obey_one_of(shell_event_commands, command, &line) ||
            obey_one_of(shell_account_commands, command, &line));
}

static bool obey(const char *line, size_t length) {
    return shell_command(line, length);
}

const struct console_more shell = {
    .obey = obey,
    .help = "load NAME         an extension of the archive; unload NAME\n"
            "extensions        those that are loaded; call NAME FUNCTION runs a function of one\n"
            "names [PATH]      what is under a path; domains is names /svc/domains\n"
            "audit             what policy and exporters allowed, and denied\n"
            "policy NAME       this one of the archive is in force\n"
            "sweep             what was loaded on demand and is idle goes\n"
            "events            and at which level each is raised\n"
            "bindings EVENT    what a raise of it comes to\n"
            "level EVENT LEVEL from now on at this one, or as good as can be: interpreted stub\n"
            "                  inline merged\n"
            "times EVENT on    counts and times its handlers, as bindings shows; off\n"
            "accounts          what modules use; quotas MODULE how much one may\n"
            "time on           counts the time of their strands, too; off\n"
            "quota MODULE RESOURCE AMOUNT    from now on\n"};
