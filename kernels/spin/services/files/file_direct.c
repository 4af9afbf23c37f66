/* SPDX-License-Identifier: MIT */
/* file_direct.c -- bytes that go between disk and reader, by no cache (file.h): whole blocks
 * without a copy, where the reader's memory lies as the device needs it. Its frames are pinned from
 * when they are looked up, whatever becomes of their owner. */
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/space/translation.h"
#include "spin/services/calls/user_copy.h"
#include "spin/services/files/file.h"

#define DIRECT_BLOCKS DISK_PIECES_MAX

/* The device will read or write these bytes of a process: its own access is made first, so that the
 * page is there, and may be; others may have changed that before interrupts are off. */
static int pin_user(vaddr_t at, bool write, paddr_t *frame) {
    const bool fills = !write && DEFENDED(FILE_FILLS);
    struct page_mapping m;
    char byte = 0;
    int error = fills ? copy_out(at, &byte, 1) : copy_in(&byte, at, 1);
    bool on = interrupts_off();
    if (!error)
        error = translation_examine_mapping(translation_current, at, &m);
    if (!error && fills && !(m.rights & PAGE_WRITE))
        error = -E_FAULT;
    if (!error) {
        *frame = paddr_add(m.frame, at - m.at);
        error = frame_pin(*frame);
    }
    interrupts_restore(on);
    return error;
}

static int pin_kernel(const void *memory, size_t n, paddr_t *frame) {
    if ((uintptr_t)memory < DIRECT_BASE || (uintptr_t)memory >= KERNEL_BASE ||
        !page_is_direct(physical(memory), n))
        return -E_INVALID;
    *frame = physical(memory);
    return frame_pin(*frame);
}

/* As many blocks of the memory as can be; 0: its first must be copied. */
static unsigned pin(const struct volume *v, char *memory, size_t n, bool user, bool write,
                    paddr_t at[DIRECT_BLOCKS]) {
    const uint32_t bytes = v->block_bytes;
    unsigned count = 0;
    if ((uintptr_t)memory % bytes)
        return 0;
    while (count < DIRECT_BLOCKS && n >= bytes &&
           !(user ? pin_user((vaddr_t)memory, write, &at[count])
                  : pin_kernel(memory, bytes, &at[count]))) {
        count++;
        memory += bytes;
        n -= bytes;
    }
    return count;
}

/* Some whole blocks, of the file from `first` on. */
static int move_blocks(struct file *f, uint64_t first, bool write, const paddr_t *at,
                       unsigned count) {
    uint32_t block[DIRECT_BLOCKS];
    int error = file_map_blocks(f, first, count, write, block);
    if (!error)
        error = volume_move(f->volume, write, block, at, count);
    for (unsigned i = 0; i < count; i++)
        frame_unpin(at[i]);
    return error;
}

/* A part of a block, by a page of the volume's. */
static int move_part(struct file *f, uint64_t at, void *memory, unsigned n, bool user, bool write) {
    struct volume *v = f->volume;
    const unsigned from = at % v->block_bytes;
    char *bounce = direct(v->bounce->first);
    uint32_t block;
    int error = file_map_blocks(f, at / v->block_bytes, 1, false, &block);
    if (!error)
        error = volume_move(v, false, &block, &v->bounce->first, 1);
    if (!error)
        error = file_copy(memory, bounce + from, n, user, write);
    if (!error && write && !block)
        error = file_map_blocks(f, at / v->block_bytes, 1, true, &block);
    if (!error && write)
        error = volume_move(v, true, &block, &v->bounce->first, 1);
    return error;
}

int file_clear_direct(struct file *f, uint64_t bytes) {
    struct volume *v = f->volume;
    const unsigned from = bytes % v->block_bytes;
    uint32_t block = 0;
    int error = from ? file_map_blocks(f, bytes / v->block_bytes, 1, false, &block) : 0;
    if (error || !block)
        return error;
    error = volume_move(v, false, &block, &v->bounce->first, 1);
    memset((char *)direct(v->bounce->first) + from, 0, v->block_bytes - from);
    return error ? error : volume_move(v, true, &block, &v->bounce->first, 1);
}

/* How many bytes went, at least one; or an error. */
static long move_some(struct file *f, char *memory, size_t n, uint64_t at, bool user, bool write) {
    const uint32_t bytes = f->volume->block_bytes, from = at % bytes;
    paddr_t frame[DIRECT_BLOCKS];
    unsigned count = from ? 0 : pin(f->volume, memory, n, user, write, frame);
    const size_t now = count ? (size_t)count * bytes : n < bytes - from ? n : bytes - from;
    int error = count ? move_blocks(f, at / bytes, write, frame, count)
                      : move_part(f, at, memory, (unsigned)now, user, write);
    if (!error && write && at + now > f->facts.bytes) /* what follows may begin at the end */
        error = file_set_bytes(f, at + now);
    return error ? error : (long)now;
}

long file_move_direct(struct file *f, void *memory, size_t n, uint64_t at, bool user, bool write) {
    size_t done = 0;
    long now = 0;
    for (; done < n && now >= 0; done += now > 0 ? (size_t)now : 0)
        now = move_some(f, (char *)memory + done, n - done, at + done, user, write);
    return done ? (long)done : now;
}
