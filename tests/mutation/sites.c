/* SPDX-License-Identifier: MIT */
/* sites.c -- where tests/mutate may change a C source, and the source with one such change.
 *
 *   mutation-sites FILE...                        every site, a line each
 *   mutation-sites --count N --seed S FILE...     N of them, drawn by seed, in the order drawn
 *   mutation-sites --apply OFFSET:OPERATOR FILE   the source with that change, on standard output
 *
 * A line is FILE, OFFSET, LINE, COLUMN, OPERATOR, what stands there and what will, split by tabs.
 * The operators are those of Mothra (King, Offutt, Software Practice and Experience 21, 1991) that
 * make most of the difference: relational, boundary, negation and connector, statement deletion,
 * argument exchange, constant. The source is read as tokens and not parsed: what the compiler then
 * refuses is no change at all. Only bodies of functions are changed. */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct token {
    const char *at;
    size_t len;
    char kind; /* 'a' a name, '0' a number, 's' a text, 'p' punctuation */
};

struct site {
    const char *file;
    size_t offset, len; /* what is replaced */
    unsigned line, column;
    const char *operation;
    char *becomes;
};

struct sites {
    struct site *site;
    size_t count, capacity;
};

static void *need(void *memory) {
    if (!memory) {
        fputs("mutation-sites: no memory\n", stderr);
        exit(70);
    }
    return memory;
}

static char *read_file(const char *name, size_t *len) {
    FILE *f = fopen(name, "rb");
    if (!f) {
        perror(name);
        exit(66);
    }
    char *text = NULL;
    size_t capacity = 0;
    *len = 0;
    do {
        text = need(realloc(text, capacity += 65536));
        *len += fread(text + *len, 1, capacity - *len - 1, f);
    } while (!feof(f) && !ferror(f));
    fclose(f);
    text[*len] = '\0';
    return text;
}

/* ---- tokens ---- */

static const char *skip_quoted(const char *p) {
    for (char quote = *p++; *p && *p != quote; p++)
        if (*p == '\\' && p[1])
            p++;
    return *p ? p + 1 : p;
}

/* Behind white space, comments and whole lines of the preprocessor. */
static const char *skip_blank(const char *p, const char *start) {
    for (;;) {
        bool line_begins = p == start || p[-1] == '\n';
        if (*p == '#' && line_begins) {
            while (*p && (*p != '\n' || p[-1] == '\\'))
                p++;
        } else if (isspace((unsigned char)*p)) {
            p++;
        } else if (p[0] == '/' && p[1] == '/') {
            p += strcspn(p, "\n");
        } else if (p[0] == '/' && p[1] == '*') {
            const char *end = strstr(p + 2, "*/");
            p = end ? end + 2 : p + strlen(p);
        } else {
            return p;
        }
    }
}

static size_t punctuation(const char *p) {
    static const char *const long_ones[] = {"<<=", ">>=", "...", "->", "++", "--", "<<", ">>",
                                            "<=",  ">=",  "==",  "!=", "&&", "||", "+=", "-=",
                                            "*=",  "/=",  "%=",  "&=", "|=", "^="};
    for (size_t i = 0; i < sizeof long_ones / sizeof long_ones[0]; i++)
        if (!strncmp(p, long_ones[i], strlen(long_ones[i])))
            return strlen(long_ones[i]);
    return 1;
}

static struct token *tokens_of(const char *text, size_t *count) {
    struct token *list = NULL;
    size_t capacity = 0;
    *count = 0;
    for (const char *p = text; *(p = skip_blank(p, text));) {
        const char *end;
        char kind;
        if (isalpha((unsigned char)*p) || *p == '_') {
            for (end = p; isalnum((unsigned char)*end) || *end == '_'; end++)
                ;
            kind = 'a';
        } else if (isdigit((unsigned char)*p)) {
            for (end = p; isalnum((unsigned char)*end) || *end == '.'; end++)
                ;
            kind = '0';
        } else if (*p == '"' || *p == '\'') {
            end = skip_quoted(p);
            kind = 's';
        } else {
            end = p + punctuation(p);
            kind = 'p';
        }
        if (*count == capacity)
            list = need(realloc(list, (capacity = 2 * capacity + 1024) * sizeof *list));
        list[(*count)++] = (struct token){p, (size_t)(end - p), kind};
        p = end;
    }
    return list;
}

static bool is(const struct token *t, const char *text) {
    return t->len == strlen(text) && !memcmp(t->at, text, t->len);
}

static bool is_one_of(const struct token *t, const char *const *texts) {
    for (; *texts; texts++)
        if (is(t, *texts))
            return true;
    return false;
}

/* The token that closes the bracket at `open`, or `count`. */
static size_t closing(const struct token *t, size_t count, size_t open) {
    unsigned depth = 0;
    for (size_t i = open; i < count; i++) {
        if (t[i].kind != 'p' || t[i].len != 1)
            continue;
        if (strchr("([{", *t[i].at))
            depth++;
        else if (strchr(")]}", *t[i].at) && !--depth)
            return i;
    }
    return count;
}

/* ---- sites ---- */

struct source {
    const char *file, *text;
    const struct token *token;
    size_t count;
    struct sites *sites;
};

static char *printed(const char *before, const char *at, size_t len, const char *behind) {
    char *text = need(malloc(strlen(before) + len + strlen(behind) + 1));
    sprintf(text, "%s%.*s%s", before, (int)len, at, behind);
    return text;
}

/* Tokens [first, last] would be replaced by `becomes`, which is taken over. */
static void add(struct source *s, size_t first, size_t last, const char *operation, char *becomes) {
    const char *at = s->token[first].at;
    struct sites *all = s->sites;
    if (all->count == all->capacity)
        all->site =
            need(realloc(all->site, (all->capacity = 2 * all->capacity + 256) * sizeof *all->site));
    struct site *new = &all->site[all->count++];
    *new = (struct site){.file = s->file,
                         .offset = (size_t)(at - s->text),
                         .len = (size_t)(s->token[last].at + s->token[last].len - at),
                         .line = 1,
                         .operation = operation,
                         .becomes = becomes};
    const char *line = s->text;
    for (const char *p = s->text; p < at; p++)
        if (*p == '\n') {
            new->line++;
            line = p + 1;
        }
    new->column = (unsigned)(at - line) + 1;
}

static void add_text(struct source *s, size_t i, const char *operation, const char *becomes) {
    add(s, i, i, operation, printed(becomes, "", 0, ""));
}

static const char *const not_called[] = {
    "if",       "while",      "for", "switch",  "return",  "sizeof",        "_Static_assert",
    "_Alignof", "__typeof__", "asm", "__asm__", "defined", "__attribute__", NULL};

static void relational(struct source *s, size_t i) {
    static const struct {
        const char *is, *comparison, *boundary;
    } ways[] = {{"==", "!=", NULL}, {"!=", "==", NULL}, {"<", ">=", "<="},
                {">", "<=", ">="},  {"<=", ">", "<"},   {">=", "<", ">"}};
    for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++)
        if (is(&s->token[i], ways[w].is)) {
            add_text(s, i, "comparison", ways[w].comparison);
            if (ways[w].boundary)
                add_text(s, i, "boundary", ways[w].boundary);
        }
}

static void negation(struct source *s, size_t i) {
    const struct token *t = s->token;
    if (is(&t[i], "&&") || is(&t[i], "||"))
        add_text(s, i, "negation", *t[i].at == '&' ? "||" : "&&");
    else if (is(&t[i], "!"))
        add_text(s, i, "negation", "");
    else if ((is(&t[i], "if") || is(&t[i], "while")) && i + 1 < s->count && is(&t[i + 1], "(")) {
        size_t end = closing(t, s->count, i + 1);
        if (end < s->count)
            add(s, i + 1, end, "negation",
                printed("(!", t[i + 1].at, (size_t)(t[end].at + 1 - t[i + 1].at), ")"));
    }
}

/* Does the bracket that closes at `i` belong to an if or a loop, and not to a cast or a call? */
static bool closes_condition(const struct source *s, size_t i) {
    static const char *const heads[] = {"if", "while", "for", NULL};
    unsigned depth = 0;
    for (; i; i--) {
        if (is(&s->token[i], ")"))
            depth++;
        else if (is(&s->token[i], "(") && !--depth)
            return is_one_of(&s->token[i - 1], heads);
    }
    return false;
}

/* May a statement begin here? */
static bool begins(const struct source *s, size_t i) {
    static const char *const ends[] = {";", "{", "}", "else", ":", NULL};
    return i && (is_one_of(&s->token[i - 1], ends) ||
                 (is(&s->token[i - 1], ")") && closes_condition(s, i - 1)));
}

/* An expression statement that calls or assigns, from its first token to its semicolon. */
static void removed_statement(struct source *s, size_t i) {
    static const char *const others[] = {
        "return",  "if",     "else",     "for",   "while",    "do",   "switch",   "case",
        "default", "goto",   "static",   "const", "struct",   "enum", "union",    "unsigned",
        "int",     "char",   "long",     "bool",  "double",   "void", "register", "asm",
        "typedef", "extern", "volatile", "break", "continue", NULL};
    const struct token *t = s->token;
    if (!begins(s, i) || is_one_of(&t[i], others) || !(t[i].kind == 'a' || is(&t[i], "*")))
        return;
    if (t[i].kind == 'a' && i + 1 < s->count && t[i + 1].kind == 'a')
        return; /* a declaration: type, name */
    if (t[i].kind == 'a' && i + 2 < s->count && is(&t[i + 1], "*") && t[i + 2].kind == 'a')
        return; /* and type *name */
    bool does = false;
    for (size_t end = i; end < s->count; end++) {
        if (is(&t[end], "(") || is(&t[end], "{") || is(&t[end], "[")) {
            does |= is(&t[end], "(");
            end = closing(t, s->count, end);
        } else if (is(&t[end], ";")) {
            if (does)
                add(s, i, end, "statement", printed("(void)0;", "", 0, ""));
            return;
        } else if (end < s->count && (is(&t[end], ")") || is(&t[end], "}") || is(&t[end], ":"))) {
            return; /* not a statement: part of a for, a label, an argument */
        } else if (t[end].kind == 'p' &&
                   ((t[end].at[t[end].len - 1] == '=' && !is(&t[end], "==") && !is(&t[end], "!=") &&
                     !is(&t[end], "<=") && !is(&t[end], ">=")) ||
                    is(&t[end], "++") || is(&t[end], "--"))) {
            does = true;
        }
    }
}

/* A call's first two arguments, where they differ. */
static void exchanged_arguments(struct source *s, size_t i) {
    const struct token *t = s->token;
    if (t[i].kind != 'a' || i + 1 >= s->count || !is(&t[i + 1], "(") ||
        is_one_of(&t[i], not_called))
        return;
    size_t end = closing(t, s->count, i + 1), comma[2] = {0}, commas = 0;
    for (size_t k = i + 2; k < end && commas < 2; k++) {
        if (is(&t[k], "(") || is(&t[k], "[") || is(&t[k], "{"))
            k = closing(t, s->count, k);
        else if (is(&t[k], ","))
            comma[commas++] = k;
    }
    if (end >= s->count || !commas)
        return;
    size_t last = commas > 1 ? comma[1] - 1 : end - 1;
    const char *a = t[i + 2].at, *a_end = t[comma[0] - 1].at + t[comma[0] - 1].len;
    const char *b = t[comma[0] + 1].at, *b_end = t[last].at + t[last].len;
    if (a_end - a == b_end - b && !memcmp(a, b, (size_t)(a_end - a)))
        return;
    char *second = printed("", b, (size_t)(b_end - b), ", ");
    add(s, i + 2, last, "arguments", printed(second, a, (size_t)(a_end - a), ""));
    free(second);
}

static void constant(struct source *s, size_t i) {
    const struct token *t = &s->token[i];
    if (t->kind == '0' && !memchr(t->at, '.', t->len))
        add(s, i, i, "constant", printed("(", t->at, t->len, " + 1)"));
}

/* All sites of a file. At the outermost level a brace behind a parenthesis opens a function. */
static void look_at(const char *file, struct sites *sites) {
    size_t len, count;
    char *text = read_file(file, &len);
    struct token *token = tokens_of(text, &count);
    struct source s = {file, text, token, count, sites};
    for (size_t open = 0; open < count; open++) {
        if (!is(&token[open], "{"))
            continue;
        size_t end = closing(token, count, open);
        bool function = open && is(&token[open - 1], ")");
        for (size_t i = open + 1; function && i < end; i++) {
            relational(&s, i);
            negation(&s, i);
            removed_statement(&s, i);
            exchanged_arguments(&s, i);
            constant(&s, i);
        }
        open = end;
    }
    free(token);
    free(text);
}

/* ---- the program ---- */

static uint64_t draw(uint64_t *x) { /* splitmix64 */
    uint64_t z = *x += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* Keeps `wanted` of the sites, each as likely as any other, in the order drawn: the first of them
 * are a fair sample, too. */
static void choose(struct sites *all, size_t wanted, uint64_t seed) {
    for (size_t i = 0; i < all->count && i < wanted; i++) {
        size_t other = i + draw(&seed) % (all->count - i);
        struct site kept = all->site[other];
        all->site[other] = all->site[i];
        all->site[i] = kept;
    }
    for (size_t i = wanted; i < all->count; i++)
        free(all->site[i].becomes);
    if (all->count > wanted)
        all->count = wanted;
}

static void print_one_line(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        putchar(isspace((unsigned char)text[i]) ? ' ' : text[i]);
}

static void list(const struct sites *all) {
    const char *file = NULL;
    char *text = NULL;
    size_t len;
    for (size_t i = 0; i < all->count; i++) {
        const struct site *s = &all->site[i];
        if (!file || strcmp(file, s->file) != 0) {
            free(text);
            text = read_file(file = s->file, &len);
        }
        printf("%s\t%zu\t%u\t%u\t%s\t", s->file, s->offset, s->line, s->column, s->operation);
        print_one_line(text + s->offset, s->len);
        putchar('\t');
        print_one_line(s->becomes, strlen(s->becomes));
        putchar('\n');
    }
    free(text);
}

static int apply(const struct sites *all, const char *which) {
    char *operation;
    size_t offset = strtoul(which, &operation, 10);
    for (size_t i = 0; i < all->count; i++) {
        const struct site *s = &all->site[i];
        if (s->offset != offset || *operation != ':' || strcmp(operation + 1, s->operation) != 0)
            continue;
        size_t len;
        char *text = read_file(s->file, &len);
        fwrite(text, 1, s->offset, stdout);
        fputs(s->becomes, stdout);
        fwrite(text + s->offset + s->len, 1, len - s->offset - s->len, stdout);
        free(text);
        return fflush(stdout) ? 74 : 0;
    }
    fprintf(stderr, "mutation-sites: no site '%s'\n", which);
    return 64;
}

int main(int argc, char **argv) {
    const char *which = NULL;
    size_t count = SIZE_MAX;
    uint64_t seed = 1;
    int i = 1;
    for (; i + 1 < argc && !strncmp(argv[i], "--", 2); i += 2) {
        if (!strcmp(argv[i], "--count"))
            count = strtoul(argv[i + 1], NULL, 10);
        else if (!strcmp(argv[i], "--seed"))
            seed = strtoull(argv[i + 1], NULL, 10);
        else if (!strcmp(argv[i], "--apply"))
            which = argv[i + 1];
        else
            break;
    }
    if (i >= argc || !strncmp(argv[i], "--", 2)) {
        fputs("usage: mutation-sites [--count N] [--seed S] [--apply OFFSET:OPERATOR] FILE...\n",
              stderr);
        return 64;
    }
    struct sites all = {0};
    for (; i < argc; i++)
        look_at(argv[i], &all);
    int status = 0;
    if (which) {
        status = apply(&all, which);
    } else {
        if (count < all.count)
            choose(&all, count, seed);
        list(&all);
    }
    for (size_t n = 0; n < all.count; n++)
        free(all.site[n].becomes);
    free(all.site);
    return status;
}
