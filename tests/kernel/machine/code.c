/* SPDX-License-Identifier: MIT */
/* code.c -- code made at run time is either written or run, and its frames come back. */
#include "access.h"

#include "lib/string.h"
#include "machine/code.h"
#include "machine/frame.h"
#include "machine/page.h"
#include "measure/bench.h"

#define PRESENT_WRITE (TRAP_PAGE_PRESENT | TRAP_PAGE_WRITE)
#define PRESENT_FETCH (TRAP_PAGE_PRESENT | TRAP_PAGE_FETCH)

static const uint8_t give_42[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* mov $42, %eax; ret */

/* Two pages, the last bytes of the second being the function; where it is, in both mappings. */
static bool open_code(struct code_pages *pages, uint64_t *write, uint64_t *run) {
    if (code_alloc(pages, PAGE_SIZE + 1))
        return false;
    size_t at = 2 * PAGE_SIZE - sizeof give_42;
    memcpy(pages->write + at, give_42, sizeof give_42);
    *write = (uint64_t)pages->write + at;
    *run = (uint64_t)pages->run + at;
    return true;
}

CHECK(code_runs, "code/what_was_written_runs_once_it_is_sealed") {
    struct code_pages pages;
    uint64_t write, run;
    CHECK_THAT(c, open_code(&pages, &write, &run));
    code_seal(&pages);
    int result = ((int (*)(void))run)();
    code_free(&pages);
    CHECK_THAT(c, result == 42);
}

CHECK(code_before, "code/it_cannot_be_run_or_written_in_the_window_before") {
    struct code_pages pages;
    uint64_t write, run;
    CHECK_THAT(c, open_code(&pages, &write, &run));
    struct outcome called = access_call(run), written = access_write(run);
    code_free(&pages);
    CHECK_THAT(c, is_page_fault(&called, run, PRESENT_FETCH));
    CHECK_THAT(c, is_page_fault(&written, run, PRESENT_WRITE));
}

CHECK(code_after, "code/it_cannot_be_written_anywhere_afterwards") {
    struct code_pages pages;
    uint64_t write, run;
    CHECK_THAT(c, open_code(&pages, &write, &run));
    code_seal(&pages);
    struct outcome there = access_write(run), alias = access_write(write);
    bool forgotten = !pages.write;
    code_free(&pages);
    CHECK_THAT(c, forgotten);
    CHECK_THAT(c, is_page_fault(&there, run, PRESENT_WRITE));
    CHECK_THAT(c, is_page_fault(&alias, write, PRESENT_WRITE));
}

CHECK(code_gone, "code/it_is_not_there_when_it_was_given_back") {
    struct code_pages pages;
    uint64_t write, run;
    CHECK_THAT(c, open_code(&pages, &write, &run));
    code_seal(&pages);
    code_free(&pages);
    struct outcome called = access_call(run), written = access_write(write);
    CHECK_THAT(c, is_page_fault(&called, run, TRAP_PAGE_FETCH));
    CHECK_THAT(c, !is_page_fault(&written, write, PRESENT_WRITE)); /* the frame is plain memory */
}

CHECK(code_data, "code/its_variables_cannot_be_executed") {
    uint8_t *data = code_alloc_data(100);
    CHECK_THAT(c, data);
    bool zero = true;
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        zero = zero && data[i] == 0;
    data[0] = 0xc3;
    struct outcome called = access_call((uint64_t)data);
    code_free_data(data, 100);
    CHECK_THAT(c, zero);
    CHECK_THAT(c, is_page_fault(&called, (uint64_t)data, PRESENT_FETCH));
}

CHECK(code_frames, "code/all_frames_come_back_and_too_much_is_refused") {
    struct code_pages pages;
    CHECK_THAT(c, code_alloc(&pages, 3 * PAGE_SIZE) == 0);
    code_free(&pages); /* page tables of the window and of the direct map stay */
    size_t unused = frame_unused();
    CHECK_THAT(c, code_alloc(&pages, CODE_WINDOW + 1) < 0);
    CHECK_THAT(c, code_alloc(&pages, 0) < 0);
    CHECK_THAT(c, code_alloc(&pages, 3 * PAGE_SIZE) == 0);
    code_seal(&pages);
    code_free(&pages);
    CHECK_THAT(c, frame_unused() == unused);
}
