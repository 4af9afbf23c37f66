/* SPDX-License-Identifier: MIT */
/* policy.h -- an access policy as a text (domain and type enforcement: Badger et al., Oakland '95;
 * SPIN's security manager). A line is one of these; # begins a comment:
 *
 *     subject SUBJECT MODULE...       modules of these names are such subjects
 *     object OBJECT NAME...           events and exported names; with * at its end: that begin so
 *     allow SUBJECT OBJECT MODE...    read, write, execute, extend
 *     enter SUBJECT OBJECT AS         who executes the object goes on as subject AS
 *
 * There are the subjects `kernel`, which may do everything, and `other`, and the object `other`:
 * what no line names is of these. Others are named before they are used; AS is not `other`. Nothing
 * is allowed that no line allows. Reading is total on any bytes. */
#ifndef SPIN_SECURITY_POLICY_H
#define SPIN_SECURITY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POLICY_SIDS_MAX   16 /* subjects, and objects */
#define POLICY_LABELS_MAX 64 /* modules, and names */
#define POLICY_NAME_MAX   48 /* bytes, the NUL included */

enum access_mode { ACCESS_READ = 1, ACCESS_WRITE = 2, ACCESS_EXECUTE = 4, ACCESS_EXTEND = 8 };

typedef uint8_t sid_t; /* a subject or an object of a policy, by its place there */

enum { SUBJECT_OTHER, SUBJECT_KERNEL };
enum { OBJECT_OTHER };

/* What has one of the names has the SID. */
struct policy_sids {
    char sid[POLICY_SIDS_MAX][POLICY_NAME_MAX];
    unsigned sids;
    struct policy_label {
        char name[POLICY_NAME_MAX];
        sid_t sid;
    } label[POLICY_LABELS_MAX];
    unsigned labels;
};

struct policy {
    struct policy_sids subject, object;
    uint8_t allowed[POLICY_SIDS_MAX][POLICY_SIDS_MAX]; /* modes: by subject, object */
    sid_t enters[POLICY_SIDS_MAX][POLICY_SIDS_MAX];    /* 0: stays as it is */
};

/* 0, or with the number of the line:
 *   -E_INVALID    it is none of these lines
 *   -E_NOT_FOUND  a subject or object has not been named before, or a mode is none
 *   -E_EXISTS     a name has a SID already
 *   -E_TOO_LONG   a name is
 *   -E_FULL       more subjects, objects or names than there is room for */
int policy_read(struct policy *policy, const char *text, size_t length, unsigned *line);

sid_t policy_subject(const struct policy *policy, const char *module);
/* The one that the policy calls so, or `other`. */
sid_t policy_subject_called(const struct policy *policy, const char *subject);
/* The one that has the whole name, or else the first that has its beginning. */
sid_t policy_object(const struct policy *policy, const char *name);
/* All of these modes? */
bool policy_allows(const struct policy *policy, sid_t subject, sid_t object, unsigned modes);
/* As whom the subject goes on when it executes the object. */
sid_t policy_enters(const struct policy *policy, sid_t subject, sid_t object);

#endif
