/* SPDX-License-Identifier: MIT */
/* name_calls.h -- the name server as extensions call it: who asks is whose code the call returns
 * to. Texts are so many bytes, without a NUL. Errors are those of services/names/names.h, and
 * -E_PERM where the caller is no extension.
 *
 * An extension can implement a directory: it handles what is asked of its own. What it says of a
 * name is another path, and not an object: the lookup goes on there, for who asked, so that an
 * extension gives nobody what he could not look up himself, nor an object of a false type. */
#ifndef SPIN_SERVICES_NAME_CALLS_H
#define SPIN_SERVICES_NAME_CALLS_H

#include "spin/core/event.h"
#include "spin/services/names/path.h"

#define DIRECTORY_ENTRIES_MAX 1024 /* that are listed of one that an extension implements */

struct directory_view {
    char name[PATH_NAME_MAX];
    char path[PATH_BYTES_MAX]; /* where the name leads; from where it stands, if without a slash */
    unsigned long cookie;      /* below 2^48 */
    unsigned long by;          /* the number of the extension that asks; 0: the kernel does */
};

/* Where does the name lead, in the extension's directory of this number? Which is the entry behind
 * the cookie (services/names/directory.h, `list`), and what is its cookie, a greater one? 0,
 * -E_NOT_FOUND or -E_PERM; anything else is the asker's -E_INVALID, and so is an answer that cannot
 * be. An extension may handle both, and is asked about its own. */
EVENT_DECLARE(directory_find, int, (struct directory_view * view, unsigned number));
EVENT_DECLARE(directory_list, int, (struct directory_view * view, unsigned number));

#ifndef IMPORTED /* to an extension they are (spin/extend.h) */
#define IMPORTED
#endif

/* The path is another name of the target, until the extension goes. */
IMPORTED int name_alias(const char *path, unsigned long path_bytes, const char *target,
                        unsigned long target_bytes);
/* The path is a directory of the extension's, until it goes. */
IMPORTED int directory_make(const char *path, unsigned long path_bytes, unsigned number);

/* The number of the extension that was loaded next behind the one of this number, and its name, all
 * bytes of it; 0: it was the last. Numbers ascend and do not come again. */
IMPORTED unsigned long extension_after(unsigned long number, char *name, unsigned long bytes);

#ifndef __BPF__
void name_calls_init(void);
#endif
#endif
