/* SPDX-License-Identifier: MIT */
/* host_volume.h -- XN on the host, with a volume in memory (a file that is mapped): the kernel's
 * own code mounts, recovers and leaves it. */
#ifndef XN_HOST_VOLUME_H
#define XN_HOST_VOLUME_H

#include "exo/xn/xn.h"
#include "host_hooks.h"

struct host_volume {
    unsigned char *image;
    uint32_t blocks; /* of the image */
    bool keep;       /* nothing is written to it... */
    bool stops;      /* ...or only so many blocks: the machine stops then */
    unsigned long writes, writes_most;
    struct xn x;
    struct host_hooks host;
    struct xn_types types;
    struct xn_importing importing;
    struct report why;
    unsigned char *frames;
    uint32_t frames_free;
    uint32_t *next_frame;
    uint64_t *held;
    char refused[200]; /* a type that was not imported: why */
};

/* 0; -E_NO_MEMORY; -E_DAMAGED: there is no volume, and v->x.volume[0].damage and damaged say what
 * and where. The image has at least one block. */
int host_volume_open(struct host_volume *v, unsigned char *image, uint32_t blocks);
/* The same, with room in core for all of it. */
int host_volume_open_whole(struct host_volume *v, unsigned char *image, uint32_t blocks);
/* The block that XN said it needs comes into core: 0; -E_NO_MEMORY. */
int host_volume_read(struct host_volume *v);
/* What the frame has is written to the block. */
void host_volume_put(struct host_volume *v, uint32_t block, uint32_t frame);
/* Mounts it, recovering it where it needs that: 0; -E_DAMAGED, -E_NO_MEMORY. */
int host_volume_mount(struct host_volume *v);
/* Leaves it clean: 0, or as xn_unmount. */
int host_volume_unmount(struct host_volume *v);
void host_volume_close(struct host_volume *v);

#endif
