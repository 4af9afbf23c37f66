/* SPDX-License-Identifier: MIT */
/* raw.c -- disks by their blocks: what is written is read, by whom a capability lets. */
#include "disk.h"

#include "exo/libos/disk/disk_sleep.h"
#include "exo/libos/time/sleep.h"

CHECK(disk_round_trip, "disk/what_is_written_is_read_whole_and_from_where_it_was_written") {
    uint32_t frame[EXO_DISK_BLOCKS];
    if (!disk_begin(c))
        return;
    for (unsigned count = 1; count <= EXO_DISK_BLOCKS && !c->failed; count += 5) {
        for (unsigned i = 0; i < count; i++) {
            fill(i, 10 * count + i);
            frame[count - 1 - i] = (uint32_t)frame_at(page(i)); /* in any order */
        }
        uint64_t frames = count == 1 ? frame[0] : (uint64_t)frame;
        for (unsigned read = 0; read < 2; read++) {
            *word(0) = 0;
            for (unsigned i = 0; i < count && read; i++)
                fill(i, 0);
            long error =
                exo_disk_request(EXO_DISK_HOW(read ? EXO_DISK_READ : EXO_DISK_WRITE, 0, 0, 0),
                                 RAW_BEGINS, count, frames, word_at(word(0)));
            CHECK_THAT(c, error == 0 && disk_await(0, word(0)) == EXO_DISK_DONE);
        }
        for (unsigned i = 0; i < count; i++)
            CHECK_THAT(c, holds(i, 10 * count + i));
    }
    CHECK_THAT(c, run(EXO_DISK_READ, RAW_BEGINS + 3, 0) == EXO_DISK_DONE && holds(0, 16 * 10 + 12));
    disk_end();
}

CHECK(disk_rights, "disk/blocks_are_whose_capability_begins_their_name") {
    const struct cap blocks = {
        .rights = CAP_ALL, .valid = 1, .length = 5, .name = {'d', 0, 0, 0, RAW_BEGINS >> 8}};
    struct cap reads = blocks;
    reads.rights = CAP_READ;
    if (!disk_begin(c))
        return;
    exo_cap_forge(0, HELD, blocks);
    exo_cap_forge(0, OTHER, reads);
    CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS, 0, HELD) == 0);
    CHECK_THAT(c, ask(EXO_DISK_WRITE, RAW_BEGINS + 255, 1, HELD) == 0);
    CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS + 256, 0, HELD) == -E_PERM);
    CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS - 1, 0, HELD) == -E_PERM);
    CHECK_THAT(c, ask(EXO_DISK_WRITE, RAW_BEGINS, 0, OTHER) == -E_PERM);
    CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS, 2, OTHER) == 0);
    uint32_t two[] = {(uint32_t)frame_at(page(3)), (uint32_t)frame_at(page(4))};
    CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 0, HELD, 0), RAW_BEGINS + 255, 2,
                                   (uint64_t)two, 0) == -E_PERM); /* its end is another's */
    CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 1, HELD, 0), RAW_BEGINS, 1, two[0],
                                   0) == -E_PERM); /* another disk */
    CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_DISCARD, 0, HELD, 0), RAW_BEGINS,
                                   0xffffffff, 0, 0) == -E_PERM);
    CHECK_THAT(c, exo_disk_reset(HELD, 0) == -E_PERM);
    disk_end();
}

CHECK(disk_frames, "disk/frames_and_words_are_the_callers_to_read_and_to_write") {
    const struct cap other = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {9}};
    const struct cap reads = {.rights = CAP_READ, .valid = 1};
    if (!disk_begin(c))
        return;
    uint64_t frame = frame_at(page(0));
    exo_cap_forge(0, HELD, other);
    CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 0, 0, HELD), RAW_BEGINS, 1, frame,
                                   0) == -E_PERM);
    exo_cap_forge(0, OTHER, reads);
    CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 0, 0, OTHER), RAW_BEGINS, 1, frame,
                                   0) == -E_PERM); /* the disk would write it */
    CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_WRITE, 0, 0, OTHER), RAW_BEGINS, 1, frame,
                                   word_at(word(0))) == -E_PERM); /* the kernel the word */
    CHECK_THAT(c, exposed_frame(frame)->pins == 0);
    const uint64_t no_frames[] = {0, env_info()->frame_count, ~0ul, 1ul << 52};
    for (unsigned i = 0; i < sizeof no_frames / sizeof no_frames[0]; i++)
        CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0), RAW_BEGINS, 1,
                                       no_frames[i], 0) == -E_PERM);
    CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0), RAW_BEGINS, 1, frame,
                                   word_at(word(0)) + 4) == -E_INVALID);
    CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0), RAW_BEGINS, 2,
                                   EXO_TABLES - 4, 0) == -E_FAULT);
    disk_end();
}

CHECK(disk_arguments, "disk/what_there_is_not_is_refused_and_leaves_nothing") {
    if (!disk_begin(c))
        return;
    uint64_t end = exposed_disk(0)->blocks, frame = frame_at(page(0));
    const struct {
        uint64_t how, block, count;
        long error;
    } wrong[] = {{EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0), end, 1, -E_INVALID},
                 {EXO_DISK_HOW(EXO_DISK_WRITE, 0, 0, 0), end, 1, -E_INVALID},
                 {EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0), 0, 0, -E_INVALID},
                 {EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0), 0, 17, -E_TOO_LONG},
                 {EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0), 1ul << 32, 1, -E_INVALID},
                 {EXO_DISK_HOW(EXO_DISK_OPERATIONS, 0, 0, 0), 0, 1, -E_INVALID},
                 {EXO_DISK_HOW(EXO_DISK_READ, 9, 0, 0), 0, 1, -E_NOT_FOUND},
                 {EXO_DISK_HOW(EXO_DISK_READ, 0, 16, 0), 0, 1, -E_PERM},
                 {EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 16), 0, 1, -E_PERM},
                 {EXO_DISK_HOW(EXO_DISK_FLUSH, 0, 0, 0), 0, 1, -E_INVALID},
                 {EXO_DISK_HOW(EXO_DISK_WRITE, 1, 0, 0), 0, 1, -E_PERM},
                 {EXO_DISK_HOW(EXO_DISK_ZERO, 0, 0, 0), end - 1, 2, -E_INVALID}};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0] && !c->failed; i++) {
        long error = syscall5(EXO_CALL_disk_request, wrong[i].how, wrong[i].block, wrong[i].count,
                              frame, word_at(word(0)));
        if (error != wrong[i].error)
            check_fail(c, "%u: %ld", i, error);
    }
    CHECK_THAT(c, exposed_frame(frame)->pins == 0 && exposed_frame(frame_at(word(0)))->pins == 0);
    CHECK_THAT(c, exposed_disk(0)->waiting == 0 && exposed_disk(0)->in_flight == 0);
    CHECK_THAT(c, exo_disk_wait(0) == -E_NOT_FOUND && exo_disk_wait(99) == -E_NOT_FOUND);
    disk_end();
}

CHECK(disk_counted, "disk/the_queue_and_what_was_done_are_there_to_be_read") {
    if (!disk_begin(c))
        return;
    const volatile struct exo_disk *d = exposed_disk(0);
    uint64_t reads = d->requests[EXO_DISK_READ], blocks = d->blocks_read, failed = d->failed,
             flushes = d->requests[EXO_DISK_FLUSH];
    for (unsigned i = 0; i < EXO_DISK_MOST; i++)
        CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS + i, i, 0) == 0);
    bool exact = d->due; /* else the device has them, or had */
    CHECK_THAT(c, !exact || ask(EXO_DISK_READ, RAW_BEGINS, 17, 0) == -E_QUOTA);
    unsigned mine = 0;
    for (unsigned i = 0; i < EXO_DISK_REQUESTS; i++)
        mine += d->queue[i].env == (uint64_t)exo_env_self();
    CHECK_THAT(c, !exact || (mine == EXO_DISK_MOST && d->waiting == EXO_DISK_MOST - 1));
    for (unsigned i = 0; i < EXO_DISK_MOST; i++) { /* in the order in which they were asked */
        CHECK_THAT(c, disk_await(0, word(i)) == EXO_DISK_DONE);
        CHECK_THAT(c, !exact || i + 1 == EXO_DISK_MOST || !*word(i + 1));
    }
    *word(0) = 0;
    CHECK_THAT(
        c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_FLUSH, 0, 0, 0), 0, 0, 0, word_at(word(0))) == 0);
    CHECK_THAT(c, disk_await(0, word(0)) == EXO_DISK_DONE);
    CHECK_THAT(c, d->requests[EXO_DISK_READ] == reads + EXO_DISK_MOST && d->failed == failed);
    CHECK_THAT(c, d->blocks_read == blocks + EXO_DISK_MOST);
    CHECK_THAT(c, d->requests[EXO_DISK_FLUSH] == flushes + 1 && !d->waiting && !d->in_flight);
    disk_end();
}

CHECK(disk_sleeps, "disk/a_predicate_wakes_who_sleeps_for_a_request") {
    const struct term done[] = {{TERM_NE, 0, TERM_CONSTANT, 0}, {TERM_OR, 0, 0, 5}};
    uint8_t code[256];
    uint64_t tag = 0;
    if (!disk_begin(c))
        return;
    long bytes = predicate_of_terms(done, 2, 1, code, sizeof code);
    const struct exo_variable v = {word_at(word(0)) | EXO_PHYSICAL, 0};
    for (unsigned i = 0; i < 20 && !c->failed; i++) {
        CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS, 0, 0) == 0);
        CHECK_THAT(c, predicate_sleep(code, (size_t)bytes, &v, 1, &tag) == 0);
        CHECK_THAT(c, tag == 5 && *word(0) == EXO_DISK_DONE);
    }
    exo_predicate_set(NULL, 0, NULL, 0, 0, NULL);
    disk_end();
}

CHECK(disk_sleeps_several, "disk/one_predicate_wakes_for_whichever_of_several_requests_ends") {
    enum { MOST = DISK_SLEEP_MOST };
    const volatile uint64_t *words[MOST + 1];
    if (!disk_begin(c))
        return;
    for (unsigned i = 0; i < MOST; i++) {
        CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS + i, i, 0) == 0);
        words[i] = word(i);
    }
    for (unsigned left = MOST; left && !c->failed; left--) {
        long n = disk_sleep(words, left);
        CHECK_THAT(c, n >= 0 && n < (long)left && *words[n] == EXO_DISK_DONE);
        words[n] = words[left - 1];
    }
    CHECK_THAT(c,
               disk_sleep(words, 0) == -E_TOO_LONG && disk_sleep(words, MOST + 1) == -E_TOO_LONG);
    CHECK_THAT(c, !exposed_disk(0)->waiting && !exposed_disk(0)->in_flight);
    disk_end();
}

CHECK(disk_fails, "disk/the_nth_request_fails_and_no_other") {
    if (!disk_begin(c))
        return;
    for (unsigned n = 0; n < 16 && !c->failed; n++)
        for (unsigned i = 0; i < 16; i++) {
            *word(0) = 0;
            long error = exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 2, 0, 0), n * 16 + i, 1,
                                          frame_at(page(0)), word_at(word(0)));
            CHECK_THAT(c, error == 0);
            CHECK_THAT(c, disk_await(2, word(0)) == (i == n ? EXO_DISK_FAILED : EXO_DISK_DONE));
        }
    disk_end();
}

CHECK(disk_spins, "disk/who_only_looks_at_the_word_sees_the_end_too") {
    if (!disk_begin(c))
        return;
    for (unsigned i = 0; i < 5 && !c->failed; i++) {
        CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS, 0, 0) == 0);
        for (unsigned n = 0; n < 50000000 && !*word(0); n++)
            __asm__ volatile("pause");
        CHECK_THAT(c, *word(0) == EXO_DISK_DONE);
    }
    disk_end();
}

CHECK(disk_resets, "disk/a_reset_ends_what_is_in_flight_and_what_waits_goes_on") {
    if (!disk_begin(c))
        return;
    for (unsigned i = 0; i < 4; i++)
        CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS + i, i, 0) == 0);
    CHECK_THAT(c, exo_disk_reset(0, 0) == 0 && exo_disk_reset(0, 9) == -E_NOT_FOUND);
    for (unsigned i = 0; i < 4; i++) {
        long told = disk_await(0, word(i));
        CHECK_THAT(c, told == EXO_DISK_DONE || told == EXO_DISK_WITHDRAWN);
    }
    CHECK_THAT(c, run(EXO_DISK_READ, RAW_BEGINS, 0) == EXO_DISK_DONE);
    disk_end();
}

/* One page by the short path: nothing else is asked, the caller waits. */
static long run_short(enum exo_disk_operation operation, uint64_t block, unsigned slot,
                      unsigned holder) {
    *word(0) = 0;
    long error = exo_disk_request(EXO_DISK_HOW(operation, 0, slot, holder) | EXO_DISK_WAIT,
                                  (uint32_t)block, 1, frame_at(page(0)), word_at(word(0)));
    return error ? error : (long)*word(0);
}

CHECK(disk_short, "disk/the_short_path_does_what_the_complete_one_does") {
    const struct cap blocks = {
        .rights = CAP_READ, .valid = 1, .length = 5, .name = {'d', 0, 0, 0, RAW_BEGINS >> 8}};
    const struct cap reads = {.rights = CAP_READ, .valid = 1};
    const struct cap other = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {9}};
    if (!disk_begin(c))
        return;
    exo_disk_latency(0, 0);
    const volatile struct exo_disk *d = exposed_disk(0);
    uint64_t done = d->requests[EXO_DISK_WRITE] + d->requests[EXO_DISK_READ];
    fill(0, 5);
    CHECK_THAT(c, run_short(EXO_DISK_WRITE, RAW_BEGINS + 9, 0, 0) == EXO_DISK_DONE);
    fill(0, 6);
    exo_cap_forge(0, HELD, blocks);
    CHECK_THAT(c,
               run_short(EXO_DISK_READ, RAW_BEGINS + 9, HELD, 0) == EXO_DISK_DONE && holds(0, 5));
    CHECK_THAT(c, d->requests[EXO_DISK_WRITE] + d->requests[EXO_DISK_READ] == done + 2);
    CHECK_THAT(c, run_short(EXO_DISK_WRITE, RAW_BEGINS + 9, HELD, 0) == -E_PERM);
    CHECK_THAT(c, run_short(EXO_DISK_READ, RAW_BEGINS + 256, HELD, 0) == -E_PERM);
    CHECK_THAT(c, run_short(EXO_DISK_READ, RAW_BEGINS - 1, HELD, 0) == -E_PERM);
    CHECK_THAT(c, run_short(EXO_DISK_READ, d->blocks, 0, 0) == -E_INVALID);
    CHECK_THAT(c, run_short(EXO_DISK_READ, RAW_BEGINS, OTHER, 0) == -E_PERM); /* an empty slot */
    CHECK_THAT(c, run_short(EXO_DISK_READ, RAW_BEGINS, 0, OTHER) == -E_PERM);
    exo_cap_forge(0, OTHER, reads);
    CHECK_THAT(c, run_short(EXO_DISK_READ, RAW_BEGINS, 0, OTHER) == -E_PERM);
    exo_cap_forge(0, OTHER, other);
    CHECK_THAT(c, run_short(EXO_DISK_READ, RAW_BEGINS, 0, OTHER) == -E_PERM);
    const struct exo_disk_entry *none_of = (const struct exo_disk_entry *)d->queue;
    for (unsigned i = 0; i < EXO_DISK_REQUESTS; i++)
        CHECK_THAT(c, none_of[i].env == 0);
    CHECK_THAT(c, exposed_frame(frame_at(page(0)))->pins == 0 &&
                      exposed_frame(frame_at(word(0)))->pins == 0);
    disk_end();
}
