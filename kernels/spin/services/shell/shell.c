/* SPDX-License-Identifier: MIT */
/* shell.c -- see shell.h: a line is split into words, and the command of the first is obeyed. */
#include "spin/services/shell/shell.h"

#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "spin/core/dispatch/binding/dispatcher.h"
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
            shell_say("%s: too %s words; 'help' tells which", command,
                      line->words < entry->least ? "few" : "many");
        else {
            dispatcher->lock(); /* what it looks at stays meanwhile */
            entry->obey(line);
            dispatcher->unlock();
        }
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
            obey_one_of(shell_account_commands, command, &line) ||
            obey_one_of(shell_file_commands, command, &line) ||
            obey_one_of(shell_net_commands, command, &line));
}

static bool obey(const char *line, size_t length) {
    return shell_command(line, length);
}

const struct console_more shell = {
    .obey = obey,
    .help =
        "load NAME         loads an extension of the archive; unload NAME\n"
        "extensions        those that are loaded; call NAME FUNCTION runs a function of one\n"
        "names [PATH]      what is under a path; domains is names /svc/domains\n"
        "audit             what policy and exporters allowed and denied, the last first\n"
        "policy NAME       puts a policy of the archive in force\n"
        "sweep             unloads what was loaded on demand and is idle\n"
        "events            every event, and the level at which it is raised\n"
        "bindings EVENT    its handlers, in the order in which they run\n"
        "level EVENT LEVEL raises it at this level at most: interpreted stub inline merged\n"
        "times EVENT on    counts and times its handlers, for bindings to show; off\n"
        "mount TYPE DISK PATH   disk0's volume at /svc/volumes/NAME, by the extension TYPE; unmount PATH\n"
        "format TYPE DISK NAME  puts an empty volume on it; mounts shows volumes and their counts\n"
        "cat PATH          what is in a file; append PATH WORD, rm PATH, mv and cp PATH PATH; names PATH\n"
        "                  lists a directory\n"
        "connections PROTOCOL   loads the graph of packets; connections speak tcp, or tcp_signed\n"
        "film PATH         shows it to all who watch (load video_server); film ends it\n"
        "accounts          what modules use; quotas MODULE how much one may use\n"
        "time on           counts the time of their strands, too; off\n"
        "quota MODULE RESOURCE AMOUNT    sets how much\n"};
