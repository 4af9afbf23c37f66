/* SPDX-License-Identifier: MIT */
/* thread_own.h -- what the words of a thread that are the kernel's own are for
 * (machine/cpu/current.h): how its last raise ended (dispatch_kernel.h), what verified code has
 * caught of that, and whom it acts for (services/security). */
#ifndef SPIN_CORE_THREAD_OWN_H
#define SPIN_CORE_THREAD_OWN_H

enum { THREAD_OWN_EVENT, THREAD_OWN_EXCEPTION, THREAD_OWN_CAUGHT, THREAD_OWN_SUBJECT };

#endif
