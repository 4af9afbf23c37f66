/* SPDX-License-Identifier: MIT */
/* policy.c -- which page of a file goes, by its own cache's policy, and by a wrong one. */
#include "files.h"

#include "lib/string.h"
#include "spin/services/failing.h"

#define PAGES  96 /* half as many again as the cache has */
#define PASSES 5

/* How many pages had to come while the file was read from its start to its end, again and again;
 * and how many answers were replaced. */
static bool scan(struct check *c, const char *policy, struct cache_counts *counts) {
    static char page[4096];
    struct open_file *o;
    if (!files_mounted(c, "ext2", "disk1", E, NULL))
        return false;
    check_that_zero(c, file_open(E "/scan", FILE_OPEN_CREATE, &o));
    for (uint64_t i = 0; i < PAGES; i++)
        if (file_write(o, page, sizeof page, i * sizeof page, false) != (long)sizeof page)
            check_fail(c, "page %lu cannot be written", i);
    check_that_zero(c, file_set_cache(o, 64, policy));
    for (uint64_t i = 0; i < PASSES * PAGES; i++)
        if (file_read(o, page, sizeof page, i % PAGES * sizeof page, false) != (long)sizeof page)
            check_fail(c, "page %lu cannot be read", i);
    *counts = block_cache_counts(o->file->cache);
    file_close(o);
    check_that_zero(c, file_remove(E "/scan", false));
    check_that_zero(c, volume_unmount(E));
    return true;
}

CHECK(files_policies, "files/a_scan_misses_by_the_policy_that_the_file_has") {
    struct cache_counts lru, mru;
    if (!scan(c, "lru", &lru) || !scan(c, "mru", &mru))
        return;
    CHECK_THAT(c, !lru.misruled && !mru.misruled);
    CHECK_THAT(c, lru.misses == PASSES * PAGES); /* each page goes just before it is wanted */
    CHECK_THAT(c, mru.misses < lru.misses / 2);
}

CHECK(files_wrong_policies, "files/a_policy_that_answers_what_may_not_go_or_loops_is_replaced") {
    struct cache_counts wrong, loops, none;
    if (!scan(c, "absent", &wrong) || !scan(c, "endless", &loops) || !scan(c, NULL, &none))
        return;
    CHECK_THAT(c, wrong.misruled > 0 && wrong.misses == none.misses);
    CHECK_THAT(c, loops.misses == none.misses && none.misruled == 0);
    CHECK_THAT(c, handlers_cut(extension_module(loader_find("endless"))) > 0);
    CHECK_THAT(c, handlers_cut(extension_module(loader_find("absent"))) == 0);
}
