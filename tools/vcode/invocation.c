/* SPDX-License-Identifier: MIT */
/* invocation.c -- see invocation.h. */
#include "invocation.h"
#include "base/text.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcode.h"

#define FUEL (1u << 20)

static const struct argp_option all_options[] = {
    {"kind", 'k', "KIND", 0, "take the programs as this kind, whatever their section says", 0},
    {"program", 'p', "NAME", 0, "this function only", 0},
    {"ctx", 'c', "FILE", 0, "the bytes that the program is handed; zeros without", 0},
    {"interp", 'i', NULL, 0, "run by the interpreter", 0},
    {"fuel", 'f', "UNITS", 0, "backward jumps and local calls that a metered program may make", 0},
    {"states", 's', NULL, 0, "what the verifier knew before each instruction, the first time", 0},
    {"bytes", 'b', NULL, 0, "the machine code of each instruction", 0},
    {"jit", 'j', NULL, 0, "the same: what the compiler makes of it", 0},
    {"exports", 'e', NULL, 0, "what each object exports and what its names are bound to", 0},
    {0}};

struct parsing {
    struct invocation *invocation;
    unsigned objects;
};

static error_t parse(int key, char *text, struct argp_state *state) {
    struct parsing *p = state->input;
    struct invocation *s = p->invocation;
    char *end = NULL;
    switch (key) {
    case 'k':
        s->kind = text;
        return 0;
    case 'p':
        s->program = text;
        return 0;
    case 'c':
        s->context = text;
        return 0;
    case 'i':
        s->interpret = true;
        return 0;
    case 'f':
        s->fuel = strtoull(text, &end, 0);
        if (end == text || *end)
            argp_error(state, "--fuel wants a number, not '%s'", text);
        return 0;
    case 's':
        s->states = true;
        return 0;
    case 'b':
    case 'j':
        s->bytes = true;
        return 0;
    case 'e':
        s->exports = true;
        return 0;
    case ARGP_KEY_ARG:
        if (s->objects == p->objects)
            argp_error(state, "at most %u object files, and '%s' is one more", p->objects, text);
        s->object[s->objects++] = text;
        return 0;
    case ARGP_KEY_END:
        if (!s->objects)
            argp_error(state, "an object file is wanted");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The options that a command has. */
static void pick_options(const char *letters, struct argp_option *into) {
    for (const struct argp_option *o = all_options; o->name; o++)
        if (strchr(letters, o->key))
            *into++ = *o;
    *into = (struct argp_option){0};
}

void invocation_options(FILE *to) {
    for (const struct argp_option *o = all_options; o->name; o++)
        fprintf(to, ".TP\n.B \\-%c, \\-\\-%s%s%s\n%s\n", o->key, o->name, o->arg ? "=" : "",
                o->arg ? o->arg : "", o->doc);
}

void invocation_kinds(FILE *to) {
    fputs("kinds of programs, declared in tools/vcode/kinds.h:", to);
    for (unsigned i = 0; i < KINDS; i++)
        fprintf(to, " %s", kinds_description(i)->kind.name);
    fputc('\n', to);
}

/* Ends the process at a long option that is no option's beginning, with the one that was probably
 * meant: argp would say only that it does not know it. */
static void check_options(char **argv, const struct argp_option *options) {
    const char *names[sizeof all_options / sizeof *all_options + 2] = {"help", "usage"};
    size_t count = 2;
    for (; options->name; options++)
        names[count++] = options->name;
    for (char **word = argv + 1; *word && strcmp(*word, "--") != 0; word++) {
        size_t length = strncmp(*word, "--", 2) ? 0 : strcspn(*word + 2, "=");
        bool known = !length;
        for (size_t i = 0; i < count && !known; i++)
            known = !strncmp(names[i], *word + 2, length);
        if (known)
            continue;
        char *typed = text_format("%.*s", (int)length, *word + 2);
        const char *meant = text_nearest(typed, names, count);
        if (meant)
            exit(complain(STATUS_USAGE, "no option '--%s'; did you mean '--%s'? see `%s --help`",
                          typed, meant, argv[0]));
        exit(complain(STATUS_USAGE, "no option '--%s'; see `%s --help`", typed, argv[0]));
    }
}

void invocation_open(struct invocation *s, int argc, char **argv, const char *options,
                     unsigned objects, const char *doc) {
    struct argp_option picked[sizeof all_options / sizeof *all_options];
    char name[32];
    struct argp argp = {.options = picked,
                        .parser = parse,
                        .args_doc = objects > 1 ? "OBJECT..." : "OBJECT",
                        .doc = doc};
    struct parsing parsing = {s, objects};
    *s = (struct invocation){.fuel = FUEL};
    pick_options(options, picked);
    snprintf(name, sizeof name, "vcode %s", argv[0]);
    argv[0] = name;
    argp_err_exit_status = STATUS_USAGE;
    check_options(argv, picked);
    argp_parse(&argp, argc, argv, 0, NULL, &parsing);
    host_hooks_init(&s->host);
    if (!kinds_open(&s->kinds, &s->host.hooks, &s->why))
        exit(complain(STATUS_USAGE, "the tool's own kinds: %s", s->why.text));
    if (s->kind && !kinds_named(&s->kinds, s->kind)) {
        const char *names[KINDS];
        for (unsigned i = 0; i < KINDS; i++)
            names[i] = kinds_description(i)->kind.name;
        complain(STATUS_USAGE, "no kind '%s'; %sthere are these:", s->kind,
                 text_meant(s->kind, names, KINDS));
        invocation_kinds(stderr);
        exit(STATUS_USAGE);
    }
}

void invocation_close(struct invocation *s) {
    kinds_close(&s->kinds);
}

void *invocation_read(const char *path, size_t *len) {
    FILE *f = fopen(path, "rb");
    char *bytes = f ? malloc(OBJECT_BYTES_MAX + 1) : NULL;
    if (f && bytes)
        *len = fread(bytes, 1, OBJECT_BYTES_MAX + 1, f);
    if (!f || !bytes || ferror(f)) {
        complain(STATUS_USAGE, "%s: %s", path, strerror(errno));
        free(bytes);
        bytes = NULL;
    }
    if (f)
        fclose(f);
    return bytes;
}

/* The object has no function of the name that --program gives: says which programs it has. They are
 * those that load, so it is loaded once more, as if none had been named. */
static int refuse_name(struct invocation *s, struct load_request request) {
    struct load load;
    request.only = NULL;
    if (!load_open(&load, &s->host.hooks, &request, &s->why))
        return complain(STATUS_USAGE, "%s has no program '%s'; without --program: %s", request.name,
                        s->program, s->why.text);
    complain(STATUS_USAGE, "%s has no program '%s'; there are:", request.name, s->program);
    for (uint32_t i = 0; i < load.count; i++)
        fprintf(stderr, "    %s\n", load.program[i].image.function->name);
    load_close(&load);
    return STATUS_USAGE;
}

int invocation_load(struct invocation *s, const char *path, struct domain *const *others,
                    unsigned count, struct load *load, void **file) {
    static struct jit_options jit;
    struct domain *domain[SESSION_OBJECTS_MAX + 1] = {s->kinds.domain};
    size_t len = 0;
    for (unsigned i = 0; i < count; i++)
        domain[i + 1] = others[i];
    *file = invocation_read(path, &len);
    if (!*file)
        return STATUS_USAGE;
    jit.bmi2 = __builtin_cpu_supports("bmi2");
    struct load_request request = {.name = path,
                                   .file = *file,
                                   .len = len,
                                   .kind = s->kinds.list,
                                   .kinds = KINDS,
                                   .as = s->kind ? kinds_named(&s->kinds, s->kind) : NULL,
                                   .only = s->program,
                                   .domain = domain,
                                   .domains = count + 1,
                                   .jit = &jit};
    if (load_open(load, &s->host.hooks, &request, &s->why))
        return STATUS_FINE;
    bool none = s->why.rule == LOAD_RULE_NO_PROGRAM;
    int status = none && s->program ? refuse_name(s, request) : STATUS_REFUSED;
    if (status == STATUS_REFUSED)
        printf("%s: refused\n%s", path, s->why.text);
    if (status == STATUS_REFUSED && none)
        invocation_kinds(stdout);
    free(*file);
    *file = NULL;
    return status;
}
