/* SPDX-License-Identifier: MIT */
/* tooled.c -- each tool of libos/tools, by its line and what it says. */
#include "volume_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exposed.h"
#include "exo/libos/tools/tools.h"
#include "exo/libos/volume/volumes.h"
#include "lib/error.h"
#include "lib/string.h"

#define LONG 400 /* blocks */

static char said[4000];

static long tool(const char *line) {
    struct format_buffer text = {said, sizeof said, 0};
    said[0] = '\0';
    return tool_run(line, &text);
}

/* Requests to read a file that was just made, from the disk. */
static uint64_t requests(void) {
    static char bytes[4096];
    int fd = (int)exos_open("/disk/long", EXOS_WRITE | EXOS_CREATE);
    for (unsigned i = 0; i < LONG; i++)
        if (exos_write(fd, bytes, sizeof bytes) != sizeof bytes)
            return 0;
    exos_close(fd);
    if (tool("umount /disk") || tool("mount cffs 0 /disk"))
        return 0;
    const uint64_t before = exposed_disk(0)->requests[EXO_DISK_READ];
    fd = (int)exos_open("/disk/long", EXOS_READ);
    for (unsigned i = 0; i < LONG; i++)
        if (exos_read(fd, bytes, sizeof bytes) != sizeof bytes)
            return 0;
    exos_close(fd);
    return exposed_disk(0)->requests[EXO_DISK_READ] - before;
}

uint64_t case_tools(void) {
    MUST(tool("write /disk/a hello") == 0 && tool("cp /disk/a /disk/b") == 0);
    MUST(tool("xcp /disk/b /disk/c") == 0 && tool("cat /disk/c") == 0 && !strcmp(said, "hello"));
    MUST(tool("cat /disk/a") == 0 && !strcmp(said, "hello"));
    MUST(tool("xcp /disk/a /disk/c") == -E_EXISTS && tool("xcp /disk/a /c") == -E_INVALID);
    MUST(exos_unlink("/c") == -E_NOT_FOUND && tool("xcp /disk /disk/e") < 0);
    MUST(tool("xcp /disk/a /disk/none/e") == -E_NOT_FOUND);
    MUST(tool("xcp /disk/a /disk/..") == -E_EXISTS);
    MUST(tool("mkdir /disk/d") == 0 && tool("ls /disk") == 0);
    MUST(strlen(said) == 8 && strstr(said, "a\n") && strstr(said, "d\n"));
    MUST(tool("sync") == 0 && tool("fsck /disk") == 0);
    MUST(!memcmp(said, "/disk: 3 files, 1 directories, ", 31) && strstr(said, ", 0 mended\n"));
    MUST(tool("rm /disk/b") == 0 && tool("cat /disk/b") == -E_NOT_FOUND);
    MUST(strstr(said, "cat: ") && tool("umount /disk") == 0 && tool("mount cffs 0 /disk") == 0);
    MUST(tool("mount cffs 0 /disk") == -E_BUSY && tool("newfs cffs 0") == -E_BUSY);
    MUST(tool("mount cffs 0") == -E_INVALID && !strcmp(said, "mount TYPE DISK PATH\n"));
    MUST(tool("unknown 1 2") == -E_NO_CALL && strstr(said, " newfs ") && tool("") == 0);
    MUST(tool("a b c d e f g") == -E_NO_CALL && tool("sync a b c d e f") == -E_INVALID);
    /* What iostat says is what the kernel shows. */
    MUST(tool("iostat") == 0 && strstr(said, "flushes") && strstr(said, "\n   0 "));
    /* A file system that has aged reads in more requests than a new one. */
    const uint64_t young = requests();
    MUST(tool("umount /disk") == 0 && tool("newfs cffs 0") == 0);
    MUST(tool("mount cffs 0 /disk") == 0 && tool("aging /disk 7 1000") == 0);
    const uint64_t old = requests();
    MUST(young && old > young * 3 / 2);
    MUST(tool("fsck /disk") == 0);
    /* The same seed, the same file system. */
    char first[200];
    memcpy(first, said, sizeof first);
    MUST(tool("umount /disk") == 0 && tool("newfs cffs 0") == 0);
    MUST(tool("mount cffs 0 /disk") == 0 && tool("aging /disk 7 1000") == 0);
    MUST(requests() == old && tool("fsck /disk") == 0 && !strcmp(first, said));
    return 0;
}
