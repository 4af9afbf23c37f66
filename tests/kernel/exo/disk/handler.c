/* SPDX-License-Identifier: MIT */
/* handler.c -- chained reads: code that says which block is next, where the request ends. */
#include "disk.h"

#include "lib/string.h"

/* The next block's number is the block's first word; or it reads beyond the block; or runs long. */
static const uint64_t follows[] = {0x1079, 0x95};
static const uint64_t beyond[] = {0x1000ul << 16 | 0x1079, 0x95};
static const uint64_t endless[] = {0x00b7, 0xffff0005, 0x95};

static char why[EXO_FUNCTION_TEXT];

/* Blocks RAW_BEGINS + 7 * i lead to each other, `count` of them; the last one to `last`. */
static void lay(struct check *c, unsigned count, uint64_t last) {
    for (unsigned i = 0; i < count; i++) {
        fill(0, 100 + i);
        page(0)[0] = i + 1 < count ? RAW_BEGINS + 7 * (i + 1) : last;
        CHECK_THAT(c, run(EXO_DISK_WRITE, RAW_BEGINS + 7 * i, 0) == EXO_DISK_DONE);
    }
    for (unsigned i = 0; i < EXO_DISK_BLOCKS; i++)
        fill(i, 1);
}

/* What the word was told of a chained read into so many frames. */
static long chase(unsigned frames, unsigned slot) {
    uint32_t frame[EXO_DISK_BLOCKS];
    for (unsigned i = 0; i < frames; i++)
        frame[i] = (uint32_t)frame_at(page(i));
    *word(0) = 0;
    long error =
        exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 0, slot, 0) | EXO_DISK_CHAIN, RAW_BEGINS,
                         frames, frames == 1 ? frame[0] : (uint64_t)frame, word_at(word(0)));
    return error ? error : disk_await(0, word(0));
}

static bool has_read(unsigned n, unsigned i) {
    return page(n)[1] == (100ul + i) * 1000003 + 1 && page(n)[511] == (100ul + i) * 1000003 + 511;
}

CHECK(handler_chain,
      "disk/a_handler_reads_on_to_the_end_of_a_chain_and_no_further_than_its_frames") {
    if (!disk_begin(c))
        return;
    lay(c, 10, 0);
    CHECK_THAT(c, chase(4, 0) == -E_NOT_FOUND);
    uint32_t kernel = exposed_env((uint64_t)exo_env_self())->kernel;
    CHECK_THAT(c, exo_disk_handler(follows, sizeof follows, why) == 0);
    CHECK_THAT(c, exposed_env((uint64_t)exo_env_self())->kernel > kernel);
    CHECK_THAT(c, chase(16, 0) == (10 << 8 | EXO_DISK_DONE));
    for (unsigned i = 0; i < 10; i++)
        CHECK_THAT(c, has_read(i, i));
    CHECK_THAT(c, has_read(10, 0) == 0);
    lay(c, 10, 0);
    CHECK_THAT(c, chase(4, 0) == (4 << 8 | EXO_DISK_DONE) && has_read(3, 3) && holds(4, 1));
    CHECK_THAT(c, chase(1, 0) == (1 << 8 | EXO_DISK_DONE));
    for (unsigned i = 0; i < EXO_DISK_BLOCKS; i++)
        CHECK_THAT(c, exposed_frame(frame_at(page(i)))->pins == 0);
    CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_WRITE, 0, 0, 0) | EXO_DISK_CHAIN,
                                   RAW_BEGINS, 1, frame_at(page(0)), 0) == -E_INVALID);
    CHECK_THAT(c, exo_disk_handler(NULL, 0, NULL) == 0 && chase(4, 0) == -E_NOT_FOUND);
    CHECK_THAT(c, exposed_env((uint64_t)exo_env_self())->kernel == kernel);
    disk_end();
}

CHECK(handler_right, "disk/a_handler_reads_only_what_its_environment_may") {
    const struct cap blocks = {
        .rights = CAP_READ, .valid = 1, .length = 5, .name = {'d', 0, 0, 0, RAW_BEGINS >> 8}};
    if (!disk_begin(c))
        return;
    const uint64_t bad[] = {RAW_BEGINS + 256, RAW_BEGINS - 1, exposed_disk(0)->blocks,
                            1ul << 32,        ~0ul,           1ul << 61 | RAW_BEGINS};
    exo_cap_forge(0, HELD, blocks);
    CHECK_THAT(c, exo_disk_handler(follows, sizeof follows, why) == 0);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0] && !c->failed; i++) {
        lay(c, 3, bad[i]);
        CHECK_THAT(c, chase(8, HELD) == (3 << 8 | EXO_DISK_FAILED) && holds(3, 1));
    }
    exo_disk_handler(NULL, 0, NULL);
    disk_end();
}

CHECK(handler_proof, "disk/a_handler_that_is_not_proven_is_refused_and_the_one_before_stays") {
    if (!disk_begin(c))
        return;
    CHECK_THAT(c, exo_disk_handler(follows, sizeof follows, why) == 0);
    uint32_t kernel = exposed_env((uint64_t)exo_env_self())->kernel;
    CHECK_THAT(c, exo_disk_handler(beyond, sizeof beyond, why) == -E_BAD_IMAGE && why[0]);
    CHECK_THAT(c, exo_disk_handler(endless, sizeof endless, why) == -E_BAD_IMAGE);
    CHECK_THAT(c, exo_disk_handler(follows, 4, why) == -E_BAD_IMAGE);
    CHECK_THAT(c, exo_disk_handler(follows, 1 << 20, why) == -E_TOO_LONG);
    CHECK_THAT(c, exo_disk_handler((void *)(EXO_TABLES - 8), 16, why) == -E_FAULT);
    CHECK_THAT(c, exposed_env((uint64_t)exo_env_self())->kernel == kernel);
    lay(c, 3, 0);
    CHECK_THAT(c, chase(8, 0) == (3 << 8 | EXO_DISK_DONE));
    exo_disk_handler(NULL, 0, NULL);
    disk_end();
}
