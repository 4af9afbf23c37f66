/* SPDX-License-Identifier: MIT */
/* commands.c -- see commands.h. */
#include "exo/libos/console/commands.h"

#include "exo/libos/console/monitor.h"
#include "exo/libos/image.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/terminal.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "user/program.h"

#define SLOT  0 /* of the capability for everything */
#define LINES 16384
#define WORDS 3

/* What a command has to say goes out as a whole, once its tables have been read. */
static char lines[LINES];
static struct format_buffer text;

/* Whose positions are to be dealt out: this environment's, and those of who it started and who is
 * still there. */
static bool takes_part(const volatile struct exo_env *e, uint32_t self) {
    return e->id == self || (e->creator == self && e->state == EXO_ENV_READY);
}

/* Deals all positions of the vector out, one after the other. */
static void deal(void) {
    const uint32_t self = (uint32_t)exo_env_self();
    const volatile struct exo_env *env = monitor_exposed.env;
    for (unsigned position = 0, place = 0; position < EXO_SLOTS; place = (place + 1) % EXO_ENVS)
        if (takes_part(&env[place], self) && exo_slot_set(SLOT, position++, env[place].id, 0) < 0)
            return;
}

static void start(const char *program, const char *argument) {
    uint64_t number = 0;
    for (; *argument >= '0' && *argument <= '9'; argument++)
        number = number * 10 + (uint64_t)(*argument - '0');
    if (!*program || *argument) {
        format_add(&text, "start what? start PROGRAM [NUMBER]; 'programs' shows them\n");
        return;
    }
    slice_handle();
    long id = spawn(SLOT, program, number, SLOT, 0);
    if (id < 0) {
        format_add(&text, "%s: %s\n", program, error_sentence((int)id));
        return;
    }
    deal();
    format_add(&text, "%s has the id %ld\n", program, id);
}

static void kill(const char *word, const char *rest) {
    uint64_t id = 0;
    for (; *word >= '0' && *word <= '9'; word++)
        id = id * 10 + (uint64_t)(*word - '0');
    if (*word || *rest || !id) {
        format_add(&text, "kill what? kill ID; 'ps' shows them\n");
        return;
    }
    long error = id == (uint64_t)exo_env_self() ? -E_PERM : exo_env_destroy(SLOT, id);
    if (error)
        format_add(&text, "%lu: %s\n", id, error_sentence((int)error));
    else
        deal();
}

static void programs(const char *word, const char *rest) {
    const struct cpio *archive = image_archive();
    struct cpio_file file;
    (void)word;
    (void)rest;
    for (unsigned i = 0; i < archive->count; i++) {
        cpio_at(archive, i, &file);
        format_add(&text, "%8lu bytes %s\n", (unsigned long)file.len, file.name);
    }
}

static void ps(const char *word, const char *rest) {
    (void)word;
    (void)rest;
    monitor_ps(&monitor_exposed, &text);
}

static void vmstat(const char *word, const char *rest) {
    (void)word;
    (void)rest;
    monitor_vmstat(&monitor_exposed, &text);
}

static void iostat(const char *word, const char *rest) {
    (void)word;
    (void)rest;
    monitor_iostat(&monitor_exposed, &text);
}

static void top(const char *word, const char *rest) {
    static struct monitor_past past;
    (void)word;
    (void)rest;
    monitor_top(&monitor_exposed, &past, &text);
}

static const struct {
    const char *name;
    void (*obey)(const char *word, const char *rest);
} commands[] = {{"programs", programs}, {"start", start},   {"kill", kill}, {"ps", ps},
                {"vmstat", vmstat},     {"iostat", iostat}, {"top", top}};

/* The line's words; the others are empty. False: there are more. */
static bool split(const char *line, size_t length, char words[WORDS][CONSOLE_LINE_MAX + 1]) {
    unsigned count = 0;
    for (size_t i = 0, used = 0; i < length; i++) {
        const bool blank = line[i] == ' ' || line[i] == '\t';
        if (blank || count == WORDS) {
            count += used > 0;
            used = 0;
            if (!blank)
                return false;
            continue;
        }
        words[count][used++] = line[i];
        words[count][used] = 0;
    }
    return true;
}

static bool obey(const char *line, size_t length) {
    static char words[WORDS][CONSOLE_LINE_MAX + 1];
    memset(words, 0, sizeof words);
    text = (struct format_buffer){lines, LINES, 0};
    if (!split(line, length, words))
        return false;
    for (unsigned i = 0; i < sizeof commands / sizeof *commands; i++)
        if (!strcmp(commands[i].name, words[0])) {
            commands[i].obey(words[1], words[2]);
            program_text(lines, text.used < LINES ? text.used : LINES - 1);
            return true;
        }
    return false;
}

void console_end_all(void) {
    const uint32_t self = (uint32_t)exo_env_self();
    for (unsigned i = 0; i < EXO_ENVS; i++) {
        const volatile struct exo_env *e = &monitor_exposed.env[i];
        if ((e->state == EXO_ENV_NEW || e->state == EXO_ENV_READY) && e->id != self)
            exo_env_destroy(SLOT, e->id);
    }
}

const struct console_more console_commands = {
    .obey = obey,
    .help = "programs          what the boot archive has\n"
            "start NAME [N]    starts one, with the argument N; the processor's time is dealt out\n"
            "                  evenly among the console and what it started\n"
            "kill ID           ends an environment\n"
            "ps                environments, vmstat page frames, iostat disks, top who had the\n"
            "                  slices since the last top: all told from what the kernel exposes\n",
};
