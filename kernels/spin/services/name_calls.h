/* SPDX-License-Identifier: MIT */
/* name_calls.h -- the name server as extensions call it: who asks is whose code the call returns
 * to. Texts are so many bytes, without a NUL. Errors are those of services/names/names.h, and
 * -E_PERM where the caller is no extension. */
#ifndef SPIN_SERVICES_NAME_CALLS_H
#define SPIN_SERVICES_NAME_CALLS_H

/* The path is another name of the target, until the extension goes. */
int name_alias(const char *path, unsigned long path_bytes, const char *target,
               unsigned long target_bytes);

#endif
