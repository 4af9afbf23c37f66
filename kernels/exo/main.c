/* SPDX-License-Identifier: MIT */
/* main.c -- boot, as a list. The machine is set up (machine/boot/start.c); after this the kernel
 * runs only when somebody enters it. */
#include "common/archive.h"
#include "common/fault.h"
#include "common/line.h"
#include "common/told.h"
#include "exo/kernel/ash/ash_run.h"
#include "exo/kernel/disk/disk_io.h"
#include "exo/kernel/disk/xn_kernel.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/first_env.h"
#include "exo/kernel/function.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/session.h"
#include "exo/kernel/time/slice.h"
#include "exo/kernel/syscall.h"
#include "exo/kernel/trap.h"
#include "exo/kernel/env/vectors.h"
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/net/net_calls.h"
#include "machine/boot/boot.h"
#include "machine/trap/syscall.h"

_Noreturn void kernel_main(const struct boot_info *boot) {
    line_init();                 /* log lines go through the sender */
    fault_report_panics("exo");  /* our own mistakes become records too */
    told_check(boot, "exo");     /* a command line that was too long to be taken */
    archive_init(boot, "exo");   /* the programs that come along, and which are started */
    info_init(boot);             /* what environments may read */
    exo_frame_init();            /* whose a free frame was */
    env_init();                  /* the table of environments */
    slice_init();                /* whose each slice is */
    function_init();             /* what their functions may call */
    trap_init();                 /* traps of environments: upcall or end */
    disk_io_init(boot);          /* the machine's disks, if it has any */
    xn_kernel_init();            /* who owns their blocks */
    net_init();                  /* its network interfaces */
    ash_init();                  /* what handlers at arrival may call */
    vectors_init();              /* their vector registers */
    syscall_init(syscall_entry); /* the calls */
    session_init();              /* what this image measures */
    first_env_start();           /* one environment; everything else is its doing */
}
