/* SPDX-License-Identifier: MIT */
/* net.c -- see net.h. */
#include "net.h"

#include "exo/libos/frames.h"
#include "lib/string.h"

static uint32_t kernel_before;
static long inserted[EXO_FILTERS_OF];

static uint32_t kernel_frames(void) {
    return exposed_env((uint64_t)exo_env_self())->kernel;
}

bool net_begin(struct check *c) {
    slice_handle();
    if (env_info()->nics < 3)
        check_skip(c, "the machine has no three network interfaces");
    else if (frames_map(0, 0, 0, PAGES_AT, PAGES, EXO_WRITE | EXO_NO_EXEC))
        check_skip(c, "the machine has too little memory");
    if (c->skipped)
        return false;
    for (unsigned i = 0; i < PAGES; i++)
        memset(page(i), 0, PAGE);
    for (unsigned nic = 0; nic < env_info()->nics; nic++)
        if (exo_packet_template(0, 0, nic, NULL, 0))
            check_fail(c, "it may send nothing");
    kernel_before = kernel_frames();
    return true;
}

void net_end(struct check *c) {
    const struct exo_pages every = {PAGES_AT, 0, PAGES};
    uint64_t frame[PAGES];
    for (unsigned nic = 0; nic < env_info()->nics; nic++)
        exo_nic_reset(0, nic);
    for (unsigned i = 0; i < EXO_FILTERS_OF; i++)
        exo_filter_drop(0, (uint64_t)inserted[i]); /* if it is there still */
    for (unsigned i = 0; i < EXO_PACKET_RINGS; i++)
        exo_packet_ring(0, i, NULL, 0);
    exo_cap_forge(0, HELD, none);
    exo_cap_forge(0, OTHER, none);
    for (unsigned i = 0; i < PAGES; i++)
        frame[i] = frame_at(page(i));
    exo_page_update(0, 0, 0, &every, 1, 0);
    for (unsigned i = 0; i < PAGES && !c->failed; i++)
        if (frame[i] && exposed_frame(frame[i])->pins)
            check_fail(c, "page %u is still pinned", i);
    if (!c->failed && kernel_frames() != kernel_before)
        check_fail(c, "the kernel uses %u frames, and used %u", kernel_frames(), kernel_before);
}

long ring(unsigned slot, unsigned number, unsigned first, unsigned count, uint64_t bytes) {
    struct exo_packet_buffer b[EXO_PACKET_BUFFERS] = {0};
    for (unsigned i = 0; i < count; i++) {
        b[i].word = physical_of(word(first + i));
        b[i].pieces = 1;
        b[i].piece[0] = (struct exo_piece){physical_of(page(first + i)), bytes};
    }
    return exo_packet_ring(slot, number, b, count);
}

static long insert(unsigned slot, unsigned nic, uint32_t type, uint32_t at_20, unsigned atoms) {
    const struct dpf_atom atom[] = {{.op = DPF_EQ, .bytes = 2, .offset = 12, .value = type},
                                    {.op = DPF_EQ, .bytes = 1, .offset = 20, .value = at_20}};
    long id = exo_filter_insert(slot, nic, atom, atoms, NULL);
    for (unsigned i = 0; id > 0; i++)
        if (filter_seen(inserted[i])->id != inserted[i] || !filter_seen(inserted[i])->references) {
            inserted[i] = id; /* in the place of one that is gone */
            break;
        }
    return id;
}

long filter(unsigned slot, unsigned nic, uint32_t type) {
    return insert(slot, nic, type, 0, 1);
}

long filter_narrow(unsigned slot, unsigned nic, uint32_t type, uint32_t at_20) {
    return insert(slot, nic, type, at_20, 2);
}

long listen(unsigned nic, uint32_t type) {
    long id = filter(0, nic, type), error = ring(0, 0, 0, 4, 2048);
    if (id < 0 || error)
        return id < 0 ? id : error;
    error = exo_filter_bind(0, (uint64_t)id, 0);
    return error ? error : id;
}

static uint8_t nth_byte(uint64_t i, uint64_t seed) {
    return (uint8_t)(seed * 31 + i);
}

long transmit(unsigned nic, uint32_t type, uint64_t bytes, uint64_t seed) {
    uint8_t *frame = page(PAGES - 2);
    const struct exo_piece piece = {physical_of(frame), bytes};
    settle(); /* of the frame before */
    for (uint64_t i = 0; i < bytes; i++)
        frame[i] = nth_byte(i, seed);
    frame[12] = (uint8_t)(type >> 8);
    frame[13] = (uint8_t)type;
    *word(256) += 1;
    return exo_packet_send(nic, 0, &piece, 1, physical_of(word(256)));
}

bool received(unsigned n, uint64_t bytes, uint64_t seed) {
    for (uint64_t i = 0; i < bytes; i++)
        if (i != 12 && i != 13 && page(n)[i] != nth_byte(i, seed))
            return false;
    return *word(n) == (bytes | bytes << 32);
}

void settle(void) {
    for (unsigned i = 0; i < 1000 && *word(256); i++)
        exo_env_yield(0);
    for (unsigned i = 0; i < 20; i++)
        exo_null();
}

void send_at_once(uint32_t type, uint8_t sent) {
    uint8_t *frame = page(PAGES - 2);
    const struct exo_piece piece = {physical_of(frame), 60};
    uint64_t in = nic_seen(0)->frames_in;
    frame[12] = (uint8_t)(type >> 8);
    frame[13] = (uint8_t)type;
    frame[20] = sent;
    exo_packet_send(1, 0, &piece, 1, 0);
    for (unsigned i = 0; i < 10000 && nic_seen(0)->frames_in == in; i++)
        exo_null();
}
