/* SPDX-License-Identifier: MIT */
/* exo_xn_volume_fuzz.c -- any bytes as a volume: XN says what is wrong, or recovers it, and then it
 * is clean: what was recovered needs no recovery. */
#include "exo/xn/store/root.h"
#include "exo/xn/store/volume.h"
#include "host_volume.h"
#include "lib/crc32.h"
#include "lib/error.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BLOCKS = 24, DIR = 8 };

/* A type for the input's blocks: eight windows of four pointers to its like, and four to data. */
static void put_type(unsigned char *image) {
    struct {
        struct xn_body head;
        struct xn_member member[2];
    } body = {.head = {.magic = XN_BODY_MAGIC,
                       .bytes = sizeof body,
                       .name = "dir",
                       .number = DIR,
                       .class = XN_BASE,
                       .members = 2,
                       .most = 8,
                       .size = XN_BLOCK_BYTES,
                       .stride = 64,
                       .count = 8,
                       .key = XN_NO_KEY},
              .member = {{.at = 0, .width = 8, .count = 4, .type = DIR},
                         {.at = 32, .width = 8, .count = 4, .type = XN_BYTES}}};
    struct xn_catalogued c = {.name = "dir", .block = 4, .bytes = sizeof body};
    memcpy(image + 4 * XN_BLOCK_BYTES, &body, sizeof body);
    c.checksum = crc32_update(0, &body, sizeof body);
    memcpy(image + 3 * XN_BLOCK_BYTES + DIR * sizeof c, &c, sizeof c);
    struct xn_root root = {.name = "t", .tree = {.block = 5, .count = 1, .type = DIR}};
    memcpy(image + 2 * XN_BLOCK_BYTES, &root, sizeof root);
    struct xn_super super;
    memcpy(&super, image, sizeof super);
    super.clean = 0;
    super_sign(&super);
    memcpy(image, &super, sizeof super);
}

static int mount_all(unsigned char *image, bool *read_only) {
    static struct host_volume v;
    int error = host_volume_open(&v, image, BLOCKS);
    if (!error)
        error = host_volume_mount(&v);
    *read_only = v.x.volume[0].read_only;
    if (!error && host_volume_unmount(&v))
        abort();
    host_volume_close(&v);
    return error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static _Alignas(8) unsigned char image[BLOCKS * XN_BLOCK_BYTES];
    bool read_only = false;
    memset(image, 0, sizeof image);
    for (uint32_t i = 0; !xn_format(BLOCKS, XN_TEMPLATE, 512, i, image + i * XN_BLOCK_BYTES); i++)
        continue;
    put_type(image);
    /* The input: where, how long, and the bytes. */
    for (size_t i = 0; i + 4 < size;) {
        uint32_t at = (data[i] | (uint32_t)data[i + 1] << 8 | (uint32_t)data[i + 2] << 16);
        size_t bytes = data[i + 3] & 15;
        for (i += 4; bytes && i < size; bytes--, i++, at++)
            image[at % sizeof image] = data[i];
    }
    struct xn_super super;
    memcpy(&super, image, sizeof super);
    if (!super_fault(&super) && super.blocks <= BLOCKS) {
        super_sign(&super);
        memcpy(image, &super, sizeof super);
    }
    int error = mount_all(image, &read_only);
    if (error && error != -E_DAMAGED && error != -E_NO_MEMORY && error != -E_INVALID)
        abort();
    if (!error && !read_only && (mount_all(image, &read_only) || read_only))
        abort();
    return 0;
}
