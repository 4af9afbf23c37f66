/* SPDX-License-Identifier: MIT */
/* main.c -- xn: makes, recovers and shows volumes of XN (docs/exo/xn.md), by the kernel's own code.
 *
 *     xn format IMAGE [--design=D] [--atom=N]     the file's size is the volume's
 *     xn fsck IMAGE                               recovers it, and leaves it clean
 *     xn info IMAGE                               shows it, and changes nothing
 *     xn mkfs IMAGE FOLDER [--fs=cffs|alfs]       a file system with the folder's files, on the
 * volume; with --raw on the disk itself, without XN
 *
 * Exit status 0: it is well; 1: fsck gave something up, or rebuilt the free map; 2: the file cannot
 * be used; 3: it holds no volume, or one that is damaged: block and field are told; 64: usage. */
#include "exo/xn/store/root.h"
#include "exo/xn/store/volume.h"
#include "host_volume.h"
#include "lib/error.h"
#include "mkfs.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WELL, MENDED, CANNOT, DAMAGED, USAGE = 64 };

static const char usage[] = "usage: xn format IMAGE [--design=capability|self|template|udf] "
                            "[--atom=512..4096]\n       xn fsck IMAGE\n       xn info IMAGE\n"
                            "       xn mkfs IMAGE FOLDER [--fs=cffs|alfs] [--raw]";

static unsigned char *map_file(const char *path, bool write, uint32_t *blocks) {
    struct stat is;
    int fd = open(path, write ? O_RDWR : O_RDONLY);
    if (fd < 0 || fstat(fd, &is))
        err(CANNOT, "%s", path);
    if (is.st_size < XN_BLOCK_BYTES || is.st_size / XN_BLOCK_BYTES > UINT32_MAX)
        errx(CANNOT, "%s: %lld bytes are no disk for a volume", path, (long long)is.st_size);
    *blocks = (uint32_t)(is.st_size / XN_BLOCK_BYTES);
    void *bytes = mmap(NULL, (size_t)*blocks * XN_BLOCK_BYTES,
                       write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED)
        err(CANNOT, "%s", path);
    close(fd);
    return bytes;
}

static int format(const char *path, int options, char **option) {
    enum xn_design design = XN_UDF;
    uint32_t blocks, atom = 512;
    for (int i = 0; i < options; i++) {
        if (!strncmp(option[i], "--design=", 9)) {
            for (design = 0; design < XN_DESIGNS; design++)
                if (!strcmp(xn_meta_of[design]->name, option[i] + 9))
                    break;
        } else if (!strncmp(option[i], "--atom=", 7)) {
            atom = (uint32_t)strtoul(option[i] + 7, NULL, 10);
        } else {
            errx(USAGE, "%s: no such option\n%s", option[i], usage);
        }
    }
    if (design == XN_DESIGNS)
        errx(USAGE, "--design: there are capability, self, template and udf");
    unsigned char *image = map_file(path, true, &blocks);
    int more = 0;
    for (uint32_t i = 0; !more && i < blocks; i++)
        more = xn_format(blocks, design, atom, i, image + (size_t)i * XN_BLOCK_BYTES);
    if (more != 1)
        errx(CANNOT, "%s: %u blocks in atoms of %u bytes are no volume", path, blocks, atom);
    return msync(image, (size_t)blocks * XN_BLOCK_BYTES, MS_SYNC) ? CANNOT : WELL;
}

static void opened(struct host_volume *v, const char *path, unsigned char *image, uint32_t blocks,
                   int error) {
    (void)image, (void)blocks;
    const struct xn_volume *volume = &v->x.volume[0];
    if (error == -E_DAMAGED && volume->damaged == 0 && volume->damage &&
        !strcmp(volume->damage, "magic"))
        errx(DAMAGED, "%s: there is no volume: the first block has no magic of XN", path);
    if (error == -E_DAMAGED)
        errx(DAMAGED, "%s: block %u: its %s cannot be right%s%s", path, volume->damaged,
             volume->damage, *v->refused ? ": " : "", v->refused);
    if (error)
        errx(CANNOT, "%s: %s", path, error_sentence(error));
}

static int fsck(const char *path) {
    static struct host_volume v;
    struct xn_super super;
    uint32_t blocks;
    unsigned char *image = map_file(path, true, &blocks);
    memcpy(&super, image, sizeof super);
    opened(&v, path, image, blocks, host_volume_open(&v, image, blocks));
    opened(&v, path, image, blocks, host_volume_mount(&v));
    const struct xn_volume *volume = &v.x.volume[0];
    if (volume->read_only)
        errx(DAMAGED, "%s: it cannot be recovered", path);
    uint32_t dropped = volume->walk.dropped, walked = volume->walk.blocks, left = volume->free;
    int error = host_volume_unmount(&v);
    if (error)
        errx(CANNOT, "%s: %s", path, error_sentence(error));
    host_volume_close(&v);
    if (msync(image, (size_t)blocks * XN_BLOCK_BYTES, MS_SYNC))
        err(CANNOT, "%s", path);
    if (super.clean)
        printf("%s: clean; %u blocks are free\n", path, left);
    else
        printf("%s: recovered: %u blocks of metadata, %u pointers given up; %u blocks are free\n",
               path, walked, dropped, left);
    return super.clean ? WELL : MENDED;
}

/* A name of the volume, whatever its bytes are: none of them reaches the terminal but letters. */
static const char *shown(const char name[XN_NAME_BYTES], char to[XN_NAME_BYTES + 1]) {
    unsigned i = 0;
    for (; i < XN_NAME_BYTES && name[i]; i++)
        to[i] = name[i] >= ' ' && name[i] <= '~' ? name[i] : '?';
    to[i] = '\0';
    return to;
}

static int info(const char *path) {
    static struct host_volume v;
    char name[XN_NAME_BYTES + 1];
    uint32_t blocks;
    unsigned char *image = map_file(path, false, &blocks);
    opened(&v, path, image, blocks, host_volume_open(&v, image, blocks));
    const struct xn_super *super = (const struct xn_super *)image;
    printf("design %s, %u blocks, atom %u, %s\n", v.types.meta->name, super->blocks, super->atom,
           super->clean ? "clean" : "not clean");
    const struct xn_root *root =
        (const struct xn_root *)(image + (size_t)super->root_at * XN_BLOCK_BYTES);
    for (unsigned i = 0; i < XN_ROOTS; i++)
        if (root[i].name[0])
            printf("root %s: block %u, type %u%s\n", shown(root[i].name, name), root[i].tree.block,
                   root[i].tree.type, root[i].flags & XN_ROOT_TEMPORARY ? ", temporary" : "");
    const struct xn_catalogued *type =
        (const struct xn_catalogued *)(image + (size_t)super->catalogue_at * XN_BLOCK_BYTES);
    for (unsigned i = 0; i < XN_TYPES_MAX; i++)
        if (type[i].bytes)
            printf("type %u %s: block %u, %u bytes\n", i, shown(type[i].name, name), type[i].block,
                   type[i].bytes);
    host_volume_close(&v);
    return WELL;
}

static int make_system(const char *path, const char *folder, int options, char **option) {
    const char *type = "cffs", *at, *why = NULL;
    bool raw = false;
    uint32_t blocks;
    for (int i = 0; i < options; i++)
        if (!strcmp(option[i], "--raw"))
            raw = true;
        else if (!strcmp(option[i], "--fs=cffs") || !strcmp(option[i], "--fs=alfs"))
            type = option[i] + 5;
        else
            errx(USAGE, "%s: no such option; there are --fs=cffs, --fs=alfs and --raw", option[i]);
    struct stat is; /* of the folder, before anything is written: a name is not made twice */
    if (stat(folder, &is))
        err(CANNOT, "%s", folder);
    if (!S_ISDIR(is.st_mode))
        errx(CANNOT, "%s: it is no folder", folder);
    unsigned char *image = map_file(path, true, &blocks);
    long error = raw ? mkfs_raw(image, blocks, type, folder, &at)
                     : mkfs_volume(image, blocks, type, folder, &at, &why);
    if (error < 0)
        errx(CANNOT, "%s: %s: %s%s%s", path, at, error_sentence((int)error), why ? ": " : "",
             why ? why : "");
    return msync(image, (size_t)blocks * XN_BLOCK_BYTES, MS_SYNC) ? CANNOT : WELL;
}

int main(int argc, char **argv) {
    if (argc == 2 && !strcmp(argv[1], "--help"))
        return puts(usage) < 0 ? CANNOT : WELL;
    if (argc < 3)
        errx(USAGE, "%s", usage);
    if (!strcmp(argv[1], "format"))
        return format(argv[2], argc - 3, argv + 3);
    if (argc == 3 && !strcmp(argv[1], "fsck"))
        return fsck(argv[2]);
    if (argc == 3 && !strcmp(argv[1], "info"))
        return info(argv[2]);
    if (argc >= 4 && !strcmp(argv[1], "mkfs"))
        return make_system(argv[2], argv[3], argc - 4, argv + 4);
    errx(USAGE, "%s", usage);
}
