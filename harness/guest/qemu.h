/* SPDX-License-Identifier: MIT */
/* qemu.h -- QEMU as a child process: its arguments, its start, and its certain end.
 *
 * A guest lives no longer than the harness: the child asks the kernel for SIGKILL on its parent's
 * death before it becomes QEMU (kill -9 of the harness included), and the harness kills and reaps
 * it on every path of its own. Nothing but the serial log is a file: QMP runs on a socket pair,
 * QEMU's own words and its CPU log in memory (memfd). */
#ifndef HARNESS_QEMU_H
#define HARNESS_QEMU_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/failure.h"
#include "measure/clock.h"
#include "guest/qmp.h"
#include "guest/system.h"
#include "base/text.h"

enum via { VIA_KERNEL, VIA_GRUB_BIOS, VIA_GRUB_UEFI };
extern const char *const via_names[]; /* "kernel", "grub-bios", "grub-uefi", null */

#define QEMU_DISKS_MAX 4
#define QEMU_NICS_MAX  4

/* Where QEMU finds its end of QMP, its CPU log, an initramfs, disks and their logs: fixed, so that
 * arguments are the same in every run. */
enum {
    QEMU_DISK_FD = 6,
    QEMU_QMP_FD = QEMU_DISK_FD + QEMU_DISKS_MAX,
    QEMU_CPU_LOG_FD,
    QEMU_INITRD_FD,
    QEMU_LOG_FD,
    QEMU_CAPTURE_FD = QEMU_LOG_FD + QEMU_DISKS_MAX,
    QEMU_LIFTED = QEMU_CAPTURE_FD + QEMU_NICS_MAX /* the first that is free for others */
};

/* What QEMU's log says of each request that a disk has ended. */
#define QEMU_DISK_TRACE "virtio_blk_req_complete"

/* A disk of the guest's: an anonymous file (qemu_memory), a file of the user's, or neither of the
 * two: it reads as zeros and forgets what is written. */
struct qemu_disk {
    int fd;           /* or -1 */
    const char *file; /* or null */
    uint64_t bytes;   /* of one that is neither */
    /* Where what is written to it is logged (blklogwrites): a file of the user's, or an anonymous
     * one where `logs`; null and false: nowhere. */
    const char *log;
    bool logs;
    int log_fd;
};

/* The guest's network interfaces, and the wires between them: a hub each, whose frames are captured
 * as they pass (pcap), with the guest's own time. */
struct qemu_net {
    unsigned nics, hubs, link_ns;
    unsigned first;              /* the last byte of the first interface's address, less 1 */
    unsigned hub[QEMU_NICS_MAX]; /* of each interface */
    int capture[QEMU_NICS_MAX];  /* of each hub: an anonymous file, or -1 */
};

/* What one boot hands to QEMU. Paths are absolute. */
struct qemu_boot {
    enum via via;
    enum clock clock;
    const char *kernel;        /* VIA_KERNEL: -kernel */
    const char *append;        /* VIA_KERNEL: -append */
    int initrd;                /* VIA_KERNEL: a descriptor, or -1 */
    const char *iso;           /* VIA_GRUB_*: -cdrom; its menu has the command line */
    const char *second_serial; /* the second serial line, or null */
    const char *serial;        /* -serial, such as "file:PATH" */
    struct qemu_disk disk[QEMU_DISKS_MAX];
    size_t disks;
    struct qemu_net net;
    struct texts extra; /* further arguments (gdb, plugin) */
};

/* When a guest's clock begins, in seconds since 1970: 2020-01-01, as qemu_machine says. */
#define QEMU_RTC_BASE 1577836800

struct qemu {
    pid_t pid; /* 0: not running */
    struct qmp qmp;
    int cpu_log, words; /* memfds: -d cpu_reset, and what QEMU printed */
    bool ended;
    int wait_status; /* of waitpid, once ended */
};

/* The program: $QEMU or qemu-system-x86_64 by PATH; ends the process with 30 where it is missing or
 * older than 7.2. Not to be freed. */
const char *qemu_program(void);
/* Its version, "7.2.22", or null with the reason in *why (30). Not to be freed. */
const char *qemu_version(struct failure *why);

/* The arguments that make the machine, the program not among them and nothing that is particular to
 * one run (paths, descriptors, plan): run.json has them. */
void qemu_machine(const struct qemu_boot *b, struct texts *list);
/* Those that are particular: kernel, command line, initramfs, serial lines, what is extra. */
void qemu_arguments(const struct qemu_boot *b, struct texts *list);

/* Runs a guest on this terminal: its serial line is the terminal's. Waits for its end and gives
 * QEMU's exit status; B's serial is not used. */
int qemu_terminal(const struct qemu_boot *b);

/* Starts a guest. 0, or 31 with *why. */
int qemu_start(struct qemu *q, const struct qemu_boot *b, struct failure *why);

/* Takes in QMP and looks whether QEMU has ended. True while it runs. */
bool qemu_poll(struct qemu *q);

/* Ends it, whatever it does, and waits for it. Fine on one that has ended. */
void qemu_kill(struct qemu *q);

/* What QEMU printed itself, in one line, and its CPU log (register dumps at resets);
 * new strings. */
char *qemu_words(const struct qemu *q);
char *qemu_cpu_log(const struct qemu *q);

/* How many requests its disks have ended, by the same log. */
unsigned qemu_requests(const struct qemu *q);

/* How many bytes the two have so far. */
size_t qemu_wrote(const struct qemu *q);

/* After qemu_kill. */
void qemu_close(struct qemu *q);

/* How many guests there are file descriptors for, after the limit on them was raised as far as this
 * process may: 0 to 1000. */
unsigned qemu_guests_max(void);

/* An anonymous file in memory, such as qemu_boot.initrd wants. Ends the process (31) where there is
 * none to have. */
int qemu_memory(const char *name);
/* The file at PATH, open for the same use; -1 with errno set where it cannot be read. */
int qemu_file(const char *path);

#endif
