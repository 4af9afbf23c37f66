/* SPDX-License-Identifier: MIT */
/* vmspace_files.h -- files of the archive as memory objects, which programs and data are mapped
 * from: one object a file and pager, whose pages all vmspaces share, and which stay in its cache
 * while there is room. */
#ifndef SPIN_SERVICES_VMSPACE_VMSPACE_FILES_H
#define SPIN_SERVICES_VMSPACE_VMSPACE_FILES_H

#include "spin/services/vm/memory_object.h"

#define VMSPACE_FILES_MAX 32

/* How many frames a file's cache is made with: CACHE_FRAMES_MAX, unless a test wants fewer. */
extern unsigned vmspace_file_frames;

/* Its object, of which the caller is a user then, and its length. It stays until
 * vmspace_files_end(), or while it has users and there is no place for another one. The pager's
 * module pays. 0; -E_NOT_FOUND; -E_INVALID: it is empty; -E_FULL: so many are in use; -E_QUOTA;
 * -E_NO_MEMORY. */
int vmspace_file(struct module *pager, const char *name, struct memory_object **object,
                 size_t *bytes);
/* No vmspace of this pager has any. */
void vmspace_files_end(const struct module *pager);

#endif
