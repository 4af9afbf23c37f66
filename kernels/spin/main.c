/* SPDX-License-Identifier: MIT */
/* main.c -- boot, as a list. The machine is set up (machine/boot/start.c). */
#include "common/archive.h"
#include "common/fault.h"
#include "common/line.h"
#include "common/told.h"
#include "machine/boot/boot.h"
#include "machine/report/exit.h"
#include "spin/core/event.h"
#include "spin/runtime/cells.h"
#include "spin/services/loader/loader.h"
#include "spin/core/space/address_space.h"
#include "spin/core/space/memory_fault.h"
#include "spin/core/space/process.h"
#include "spin/core/space/reclaim.h"
#include "spin/core/space/trap_fault.h"
#include "spin/core/space/trap_syscall.h"
#include "spin/services/calls/trace.h"
#include "spin/services/connections/connection_calls.h"
#include "spin/services/console.h"
#include "spin/services/datagrams/datagram_calls.h"
#include "spin/services/devices.h"
#include "spin/services/failing.h"
#include "spin/services/files/volume.h"
#include "spin/services/net/net.h"
#include "spin/services/stream/stream_calls.h"
#include "spin/services/video/video.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/name_calls.h"
#include "spin/services/name_space.h"
#include "spin/programs.h"
#include "spin/services/security/security.h"
#include "spin/services/public.h"
#include "spin/services/thread/async_worker.h"
#include "spin/services/thread/osf1_thread.h"
#include "spin/services/thread/strand_group.h"
#include "spin/services/trusted.h"
#include "spin/services/vmspace/vmspace_pages.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/vm/memory_object.h"

_Noreturn void kernel_main(const struct boot_info *boot) {
    event_init();                /* every procedure that may be extended, by name */
    line_init();                 /* log lines go through the sender */
    fault_report_panics("spin"); /* our own mistakes become records too */
    told_check(boot, "spin");    /* a command line that was too long to be taken */
    archive_init(boot, "spin");  /* the programs that come along, and which are started */
    console_init();              /* what is typed may be extended */
    name_space_init();           /* paths to what there is */
    cells_init();                /* what extensions share, and its collector */
    public_init();               /* what extensions may be linked to */
    trusted_init();              /* and what they may not */
    devices_init();              /* what there is of hardware */
    vmspace_pages_init();        /* and what is paged in by extensions */
    name_calls_init();           /* Directory.Find and List: directories of extensions */
    strand_group_init();         /* Group.Select: schedulers of applications */
    trap_fault_init();           /* Trap.Fault: traps of user code */
    reclaim_init();              /* PhysAddr.Reclaim, for the owners of pages */
    memory_objects_init();       /* pages that come from pagers and go to them */
    memory_fault_init();         /* Translation.PageNotPresent and its like, by page faults */
    address_space_init();        /* each strand may have one */
    process_init();              /* who may hear of a process's end */
    trap_syscall_init();         /* Trap.Syscall: the way in for user code */
    user_calls_init();           /* and the calls of our own processes */
    security_init();             /* who may what, by the policy that comes along */
    trace_init();                /* who may hear of traced calls */
    loader_boot();               /* extensions that the boot names */
    kthread_init();              /* this is the first thread; others take turns with it */
    async_worker_init();         /* strands that run what is asynchronous */
    osf1_threads_init();         /* and threads as drivers of OSF/1 want them */
    volumes_init();              /* disks, and what can be mounted of them */
    net_init();                  /* interfaces, and the graph of protocols */
    datagram_calls_init();       /* and what processes have of it */
    streams_init();              /* and connections by one of them */
    connection_calls_init();     /* which processes have, too */
    video_init();                /* and films by one of them, and a screen */
    failing_init();              /* and withdraw what fails again and again */
    machine_exit(programs_main(boot->command_line));
}
