/* SPDX-License-Identifier: MIT */
/* boot.c -- exospin boot: one system on this terminal, with its interactive console; or stopped
 * before its first instruction, for gdb. */
#include "run/boot_line.h"
#include "base/scope.h"
#include "cmd/boot_wire.h"
#include "cmd/cli.h"
#include "base/die.h"
#include "guest/iso.h"
#include "guest/initrd.h"
#include "guest/plugin.h"
#include "measure/protocol.h"
#include "guest/make.h"
#include "guest/qemu.h"
#include "base/status.h"
#include "base/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct options {
    const char *system;
    const char *words;   /* further boot words */
    const char *archive; /* a file in place of the system's own programs, or null */
    const char *disk;    /* a file that is the guest's disk, or null */
    const char *log;     /* a file where what is written to it is logged, or null */
    const char *net;     /* what its interface is joined to, or null */
    const char *sends;   /* a capture whose frames the second of two interfaces sends, or null */
    const char *pcap;    /* a file where what passes on its wire is captured, or null */
    unsigned cut;        /* the instruction at which the guest is cut off; 0: none */
    enum via via;
    bool gdb, tests, no_build;
};

static const struct system *system_named(const char *name) {
    const struct system *s = system_find(name);
    static const char *const guests[] = {"exo", "spin", "linux", "floor"};
    if (!s || s->kind == SYSTEM_HOST)
        die(STATUS_UNKNOWN, "no system '%s' to boot; %sthere are: exo, spin, linux, floor", name,
            text_meant(name, guests, sizeof guests / sizeof guests[0]));
    return s;
}

/* A port that is free now, on this machine only. */
static int free_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 1234;
    if (fd >= 0 && !bind(fd, (struct sockaddr *)&address, sizeof address) &&
        !getsockname(fd, (struct sockaddr *)&address, &length))
        port = ntohs(address.sin_port);
    if (fd >= 0)
        close(fd);
    return port;
}

/* Has QEMU wait for gdb and says how to attach it. A kernel's first instructions are 16- and
 * 32-bit code, so the hardware break point at its first function is where symbols begin to
 * mean something. */
static void add_gdb(const struct system *s, struct texts *extra) {
    scoped_texts struct texts elfs = {0};
    int port = free_port();
    texts_add(extra, "-S");
    texts_add(extra, "-gdb");
    texts_take(extra, text_format("tcp:127.0.0.1:%d", port));
    system_elfs(s, WITH_NOTHING, &elfs);
    fprintf(stderr, "QEMU waits. In another terminal:\n    gdb %s -ex 'target remote 127.0.0.1:%d'",
            elfs.count ? elfs.items[0] : "", port);
    for (size_t i = 1; i < elfs.count; i++)
        fprintf(stderr, " -ex 'add-symbol-file %s'", elfs.items[i]);
    fprintf(stderr, "\n    (gdb) hbreak FUNCTION, then continue\n");
}

static void build(const struct system *s, bool cuts) {
    struct failure why;
    scoped_texts struct texts targets = {0};
    make_system(s, &targets);
    if (cuts)
        texts_add(&targets, PLUGIN_CUT);
    if (make_targets(&targets, &why))
        give_up(&why);
}

static char *image_path(const struct system *s) {
    char *image = system_image(s, 0), *path = tree_path("%s", image);
    if (access(path, R_OK))
        die(STATUS_MISSING, "%s's image is missing: %s; `make` builds it", s->name, image);
    free(image);
    return path;
}

/* What the words ask to run must be there: the guest would run nothing. */
static void check_rows(const struct options *o, const struct system *s) {
    struct failure why;
    struct row_specs rows;
    if (rows_of(s, &rows, &why) || boot_line_rows(o->words, s->name, &rows, &why))
        give_up(&why);
    rows_free(&rows);
}

/* What the kernel would refuse is told before QEMU is started. */
static void check_archive(const char *path) {
    struct failure why;
    int fd = archive_open(path, NULL, &why);
    if (fd < 0)
        give_up(&why);
    close(fd);
}

/* A container of another program's would be taken for the disk itself, and written over. */
static void check_raw(const char *path) {
    static const struct {
        const char *magic, *name;
    } formats[] = {
        {"QFI\xfb", "qcow2"}, {"KDMV", "VMDK"}, {"vhdxfile", "VHDX"}, {"conectix", "VPC"}};
    char begins[8] = {0};
    scoped_fd int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || read(file, begins, sizeof begins) < 0)
        return;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!memcmp(begins, formats[i].magic, strlen(formats[i].magic)))
            die(STATUS_USAGE,
                "--disk %s: an image of format %s; allowed: the disk's sectors alone (`qemu-img "
                "convert -O raw` writes them)",
                path, formats[i].name);
}

/* What QEMU would refuse, or a guest could not use; gives the file's whole path, a new string. */
static char *check_disk(const char *path) {
    struct stat file;
    char *whole = realpath(path, NULL);
    if (!whole || stat(whole, &file))
        die(STATUS_MISSING, "--disk %s: %s; `truncate -s 64M %s` makes an empty one", path,
            strerror(errno), path);
    if (!S_ISREG(file.st_mode))
        die(STATUS_USAGE, "--disk %s: no regular file", path);
    if (file.st_size < 512 || file.st_size % 512)
        die(STATUS_USAGE,
            "--disk %s: %lld bytes are no disk: one has whole sectors of 512, and one at least",
            path, (long long)file.st_size);
    if (access(whole, R_OK | W_OK))
        die(STATUS_FOLDER, "--disk %s: %s; the guest writes to it", path, strerror(errno));
    check_raw(whole);
    return whole;
}

/* Makes the log empty; gives its whole path, a new string. */
static char *check_log(const char *path, const char *disk) {
    struct stat there, the_disk;
    bool is_there = !stat(path, &there);
    if (is_there && !S_ISREG(there.st_mode))
        die(STATUS_USAGE, "--log-writes %s: no regular file", path);
    if (is_there && !stat(disk, &the_disk) && there.st_ino == the_disk.st_ino &&
        there.st_dev == the_disk.st_dev)
        die(STATUS_USAGE, "--log-writes %s: this is the disk itself", path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        die(STATUS_FOLDER, "--log-writes %s: %s", path, strerror(errno));
    close(fd);
    return realpath(path, NULL);
}

/* Where the plugin says that it has cut: an empty file, a new string. */
static char *add_cut(unsigned at, struct texts *extra) {
    const char *folder = getenv("TMPDIR");
    char *path = text_format("%s/exospin-cut-XXXXXX", folder && *folder ? folder : "/tmp");
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        die(STATUS_FOLDER, "cannot create %s: %s", path, strerror(errno));
    close(fd);
    scoped_text char *more = text_format(",at=%u", at);
    plugin_add(extra, PLUGIN_CUT, path, more);
    return path;
}

/* QEMU's own status, or that of a guest which ended in order where it was cut off. */
static int cut_status(int status, const char *path, unsigned at) {
    scoped_text char *said = text_read(path, NULL);
    unlink(path);
    if (said && !strcmp(said, "cut\n")) {
        fprintf(stderr, "cut off before instruction %u\n", at);
        return PROTOCOL_EXIT_STATUS(PROTOCOL_EXIT_DONE);
    }
    warn("the guest ended before its instruction %u", at);
    return status;
}

static void add_disk(const struct options *o, struct qemu_boot *b, char **disk, char **log) {
    if (!o->disk)
        return;
    *disk = check_disk(o->disk);
    *log = o->log ? check_log(o->log, *disk) : NULL;
    b->disk[0] = (struct qemu_disk){.fd = -1, .file = *disk, .log = *log};
    b->disks = 1;
}

static int boot(const struct options *o, const struct system *s) {
    struct failure why;
    bool is_linux = s->kind == SYSTEM_LINUX;
    /* By an exact clock, idle time is skipped: who waits for the world would be at the end of his
     * patience at once. */
    enum clock clock = o->via == VIA_GRUB_UEFI || o->net ? CLOCK_NONE : CLOCK_ICOUNT;
    scoped_text char *kernel = image_path(s), *iso = NULL;
    scoped_text char *words = text_format("clock=%s%s%s", clock == CLOCK_NONE ? "none" : "icount",
                                          o->words ? " " : "", o->words ? o->words : "");
    scoped_text char *line = is_linux ? boot_line_linux(false, NULL) : text_copy(words);
    if (boot_line_check(line, &why))
        give_up(&why);
    struct qemu_boot b = {.via = o->via, .clock = clock, .initrd = -1};
    scoped_text char *disk = NULL, *log = NULL, *cut = NULL;
    scoped_texts struct texts files = {0};
    add_disk(o, &b, &disk, &log);
    if (o->net)
        boot_wire(&b, o->net, o->pcap);
    if (o->sends)
        boot_traffic(&b, o->sends, &files, o->pcap);
    const struct guest_devices devices = {.nics = b.net.nics, .files = &files};
    scoped_fd int programs =
        o->archive ? archive_open(o->archive, &files, &why) : initrd_open(s, words, &devices, &why);
    if (programs < 0)
        give_up(&why);
    if (o->via != VIA_KERNEL) {
        if (!(iso = iso_make(s, kernel, programs, line, &why)))
            give_up(&why);
        b.iso = iso;
    } else {
        b.initrd = programs;
        b.kernel = kernel;
        b.append = line;
    }
    texts_add(&b.extra, "-action"); /* else QEMU ends well when it is told of a panic */
    texts_add(&b.extra, "panic=none");
    if (o->gdb)
        add_gdb(s, &b.extra);
    if (o->cut)
        cut = add_cut(o->cut, &b.extra);
    fprintf(stderr, "%s: %sCtrl-A X leaves\n", s->name,
            o->archive ? "" : "`help` on its console lists what it can do; ");
    int status = qemu_terminal(&b);
    if (cut)
        status = cut_status(status, cut, o->cut);
    if (iso)
        unlink(iso);
    texts_free(&b.extra);
    return status;
}

/* What a session at the terminal means to a script: guests have doors of their own out of QEMU. */
static int boot_status(int status) {
    if (status == PROTOCOL_EXIT_STATUS(PROTOCOL_EXIT_PANIC))
        return STATUS_PANIC;
    if (status == PROTOCOL_EXIT_STATUS(PROTOCOL_EXIT_FAULT))
        return STATUS_USER_FAULT;
    if (!status || status == PROTOCOL_EXIT_STATUS(PROTOCOL_EXIT_DONE) ||
        status == PROTOCOL_EXIT_STATUS(PROTOCOL_EXIT_EARLY))
        return STATUS_OK;
    warn("QEMU ended with status %d", status);
    return STATUS_QEMU_DIED;
}

int cmd_boot(int argc, char **argv) {
    struct options o = {0};
    const struct cli_option options[] = {
        {"via", "ROUTE", "kernel (default), grub-bios or grub-uefi", .number = &o.via,
         .words = via_names},
        {"gdb", NULL, "stop before the first instruction and wait for gdb", .flag = &o.gdb},
        {"archive", "FILE",
         "the programs to boot with, in place of the system's own; boot/archive makes such a file",
         .text = &o.archive},
        {"disk", "FILE", "a disk of the guest's, which writes to it: this file, sector by sector",
         .text = &o.disk},
        {"log-writes", "FILE",
         "log what is written to the disk, for crashdisk (docs/crash.md); FILE is made anew",
         .text = &o.log},
        {"net", "WIRE",
         "an interface, joined to this machine (user,tcp:HOST_PORT:GUEST_PORT, on 127.0.0.1; the "
         "guest is 10.0.0.1) or to the guest of another boot (peer); what answers there: "
         "docs/wires.md",
         .text = &o.net},
        {"sends", "FILE",
         "two interfaces on a wire of their own, of which the second sends the frames of this capture",
         .text = &o.sends},
        {"pcap", "FILE", "capture what passes on that wire; FILE is made anew", .text = &o.pcap},
        {"cut", "N",
         "cut the guest off before its instruction N, as a power cut does: the same each time",
         .number = &o.cut, .min = 1, .max = UINT_MAX},
        {"words", "WORDS", "further words for the guest, as 'run=syscall/* samples=8'",
         .text = &o.words},
        {"tests", NULL, "the image with the kernel's own checks", .flag = &o.tests},
        {"no-build", NULL, "boot the image that is there, without make", .flag = &o.no_build},
        {0}};
    cli_parse(
        &(struct cli){
            "SYSTEM",
            "Boots exo, spin, linux or floor on this terminal. Without run= among its words the "
            "guest offers its console: list, run NAME, help, halt. Ctrl-A X leaves QEMU, Ctrl-A C "
            "is its monitor.",
            options, &o.system, 1, 1, NULL},
        argc, argv);
    const struct system *s = system_named(o.system);
    if (o.tests && s->kind == SYSTEM_LINUX)
        die(STATUS_USAGE, "--tests: linux has no checks of its own kernel; leave it out");
    if (o.tests)
        s = system_tests(s);
    if (o.archive && s->kind == SYSTEM_LINUX)
        die(STATUS_USAGE, "--archive: linux has no archive of programs; leave it out");
    if (o.log && !o.disk)
        die(STATUS_USAGE, "--log-writes: there is no disk; name one with --disk FILE");
    if (o.net && o.sends)
        die(STATUS_USAGE, "--sends: its wire is the guest's own; leave --net out");
    if (o.pcap && !o.net && !o.sends)
        die(STATUS_USAGE, "--pcap: there is no wire; name one with --net WIRE");
    if (o.cut && (o.via == VIA_GRUB_UEFI || o.gdb || o.net))
        die(STATUS_USAGE, "--cut: not with --gdb, --net or --via grub-uefi, where no instruction "
                          "has a number");
    if (s->kind == SYSTEM_LINUX && o.via != VIA_KERNEL)
        die(STATUS_USAGE, "linux boots by --via kernel only");
    qemu_program();
    if (!o.no_build)
        build(s, o.cut);
    if (o.archive)
        check_archive(o.archive);
    if (o.words)
        check_rows(&o, s);
    return boot_status(boot(&o, s));
}
