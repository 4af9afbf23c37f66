/* SPDX-License-Identifier: MIT */
/* heap.c -- memory in any size: zeroed, aligned, apart from all other, and given back. */
#include "machine/memory/heap.h"

#include "lib/string.h"
#include "machine/memory/frame.h"
#include "measure/bench.h"

enum { PIECES = 40 };

static const size_t sizes[] = {0, 1, 15, 16, 17, 100, 512, 2047, 2048, 2049, 4096, 5000, 70000};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

/* Is every byte this one? */
static bool is_all(const uint8_t *at, size_t n, uint8_t byte) {
    for (size_t i = 0; i < n; i++)
        if (at[i] != byte)
            return false;
    return true;
}

CHECK(heap_sizes, "heap/pieces_of_any_size_are_zeroed_aligned_and_apart") {
    uint8_t *piece[SIZES];
    size_t before = heap_used();
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < SIZES; i++) {
            piece[i] = heap_alloc(sizes[i]);
            CHECK_THAT(c, piece[i] && (uintptr_t)piece[i] % 16 == 0);
            CHECK_THAT(c, is_all(piece[i], sizes[i], 0));
            memset(piece[i], (int)i + 1, sizes[i]);
        }
        for (unsigned i = 0; i < SIZES; i++) {
            CHECK_THAT(c, is_all(piece[i], sizes[i], (uint8_t)(i + 1)));
            heap_free(piece[i], sizes[i]);
        }
    }
    CHECK_THAT(c, heap_used() == before);
}

CHECK(heap_reuse, "heap/what_is_given_back_is_given_out_again") {
    void *piece[PIECES];
    size_t frames = 0;
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < PIECES; i++)
            piece[i] = heap_alloc(1000);
        for (unsigned i = 0; i < PIECES; i++)
            heap_free(piece[i], 1000);
        if (round == 0)
            frames = frame_unused();
        CHECK_THAT(c, frame_unused() == frames);
    }
}

CHECK(heap_full, "heap/more_than_there_is_is_refused") {
    size_t before = heap_used();
    CHECK_THAT(c, !heap_alloc(frame_total() * PAGE_SIZE + 1));
    CHECK_THAT(c, !heap_alloc(SIZE_MAX));
    heap_free(NULL, 100);
    CHECK_THAT(c, heap_used() == before);
}
