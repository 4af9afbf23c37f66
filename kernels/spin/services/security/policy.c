/* SPDX-License-Identifier: MIT */
/* policy.c -- see policy.h. */
#include "spin/services/security/policy.h"

#include "lib/error.h"
#include "lib/string.h"

/* What is left of a line. */
struct words {
    const char *at, *end;
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* 1: a word; 0: there is no other; or -E_TOO_LONG, -E_INVALID: a byte that does not print. */
static int next_word(struct words *w, char word[POLICY_NAME_MAX]) {
    size_t length = 0;
    while (w->at < w->end && is_blank(*w->at))
        w->at++;
    if (w->at == w->end || *w->at == '#')
        return 0;
    for (; w->at < w->end && !is_blank(*w->at); w->at++) {
        if (*w->at <= ' ' || *w->at > '~')
            return -E_INVALID;
        if (length == POLICY_NAME_MAX - 1)
            return -E_TOO_LONG;
        word[length++] = *w->at;
    }
    word[length] = '\0';
    return 1;
}

/* The same where there must be one. */
static int word(struct words *w, char word[POLICY_NAME_MAX]) {
    int more = next_word(w, word);
    return more > 0 ? 0 : more ? more : -E_INVALID;
}

/* --- SIDs --- */

/* Its place; or -E_NOT_FOUND. */
static int sid_of(const struct policy_sids *s, const char *name) {
    for (unsigned i = 0; i < s->sids; i++)
        if (strcmp(s->sid[i], name) == 0)
            return (int)i;
    return -E_NOT_FOUND;
}

static int sid_add(struct policy_sids *s, const char *name) {
    int sid = sid_of(s, name);
    if (sid >= 0)
        return sid;
    if (s->sids == POLICY_SIDS_MAX)
        return -E_FULL;
    memcpy(s->sid[s->sids], name, strlen(name) + 1);
    return (int)s->sids++;
}

static int label_add(struct policy_sids *s, const char *name, sid_t sid) {
    for (unsigned i = 0; i < s->labels; i++)
        if (strcmp(s->label[i].name, name) == 0)
            return -E_EXISTS;
    if (s->labels == POLICY_LABELS_MAX)
        return -E_FULL;
    struct policy_label *l = &s->label[s->labels++];
    memcpy(l->name, name, strlen(name) + 1);
    l->sid = sid;
    return 0;
}

/* --- Lines --- */

/* A word that names one of these. */
static int known(struct words *w, const struct policy_sids *s, int *sid) {
    char name[POLICY_NAME_MAX];
    int error = word(w, name);
    *sid = error ? error : sid_of(s, name);
    return *sid < 0 ? *sid : 0;
}

static int read_labels(struct policy_sids *s, struct words *w) {
    char name[POLICY_NAME_MAX];
    int error = word(w, name), more;
    int sid = error ? error : sid_add(s, name);
    if (sid < 0)
        return sid;
    while ((more = next_word(w, name)) > 0)
        if ((error = label_add(s, name, (sid_t)sid)))
            return error;
    return more;
}

static int read_allow(struct policy *p, struct words *w) {
    static const char *const modes[] = {"read", "write", "execute", "extend"};
    char name[POLICY_NAME_MAX];
    int subject, object, more;
    int error = known(w, &p->subject, &subject);
    if (!error)
        error = known(w, &p->object, &object);
    if (error)
        return error;
    while ((more = next_word(w, name)) > 0) {
        unsigned i = 0;
        while (i < sizeof modes / sizeof modes[0] && strcmp(modes[i], name) != 0)
            i++;
        if (i == sizeof modes / sizeof modes[0])
            return -E_NOT_FOUND;
        p->allowed[subject][object] |= (uint8_t)(1u << i);
    }
    return more;
}

static int read_enter(struct policy *p, struct words *w) {
    char name[POLICY_NAME_MAX];
    int subject, object, as;
    int error = known(w, &p->subject, &subject);
    if (!error)
        error = known(w, &p->object, &object);
    if (!error)
        error = known(w, &p->subject, &as);
    if (error)
        return error;
    if (next_word(w, name) || as == SUBJECT_OTHER)
        return -E_INVALID;
    p->enters[subject][object] = (sid_t)as;
    return 0;
}

static int read_line(struct policy *p, struct words *w) {
    char verb[POLICY_NAME_MAX];
    int more = next_word(w, verb);
    if (more <= 0)
        return more;
    if (strcmp(verb, "subject") == 0)
        return read_labels(&p->subject, w);
    if (strcmp(verb, "object") == 0)
        return read_labels(&p->object, w);
    if (strcmp(verb, "allow") == 0)
        return read_allow(p, w);
    return strcmp(verb, "enter") == 0 ? read_enter(p, w) : -E_INVALID;
}

int policy_read(struct policy *p, const char *text, size_t length, unsigned *line) {
    const char *end = text + length;
    int error = 0;
    memset(p, 0, sizeof *p);
    sid_add(&p->subject, "other");
    sid_add(&p->subject, "kernel");
    sid_add(&p->object, "other");
    for (*line = 0; !error && text < end; ++*line) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        struct words w = {text, stop ? stop : end};
        error = read_line(p, &w);
        text = w.end + (w.end < end);
    }
    return error;
}

/* --- What it says --- */

static bool fits(const char *pattern, const char *name) {
    size_t length = strlen(pattern) - 1;
    return pattern[length] == '*' && strncmp(pattern, name, length) == 0;
}

sid_t policy_subject(const struct policy *p, const char *module) {
    for (unsigned i = 0; i < p->subject.labels; i++)
        if (strcmp(p->subject.label[i].name, module) == 0)
            return p->subject.label[i].sid;
    return SUBJECT_OTHER;
}

sid_t policy_subject_called(const struct policy *p, const char *subject) {
    int sid = sid_of(&p->subject, subject);
    return sid < 0 ? SUBJECT_OTHER : (sid_t)sid;
}

sid_t policy_object(const struct policy *p, const char *name) {
    const struct policy_sids *s = &p->object;
    for (unsigned i = 0; i < s->labels; i++)
        if (strcmp(s->label[i].name, name) == 0)
            return s->label[i].sid;
    for (unsigned i = 0; i < s->labels; i++)
        if (fits(s->label[i].name, name))
            return s->label[i].sid;
    return OBJECT_OTHER;
}

bool policy_allows(const struct policy *p, sid_t subject, sid_t object, unsigned modes) {
    return subject == SUBJECT_KERNEL || !(modes & ~(unsigned)p->allowed[subject][object]);
}

sid_t policy_enters(const struct policy *p, sid_t subject, sid_t object) {
    sid_t as = p->enters[subject][object];
    return as ? as : subject;
}
