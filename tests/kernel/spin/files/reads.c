/* SPDX-License-Identifier: MIT */
/* reads.c -- files that extensions read (services/files/file_reads.h). */
#include "../loading.h"
#include "files.h"

CHECK(files_numbers, "files/an_extension_reads_by_numbers_that_it_was_given") {
    struct open_file *o;
    if (!files_mounted(c, "wfs", "disk0", W, NULL))
        return;
    CHECK_THAT(c, !file_open(W "/f", FILE_OPEN_CREATE, &o));
    file_close(o);
    struct extension *opens = loading_load(c, "opens"), *guesses = loading_load(c, "guesses");
    CHECK_THAT(c, opens && guesses && (long)loading_call(c, opens, "file_opened") > 0);
    const uint64_t found = loading_call(c, guesses, "file_guessed");
    CHECK_THAT(c, volume_unmount(W) == -E_BUSY);
    CHECK_THAT(c, !loader_unload(opens) && !loader_unload(guesses));
    CHECK_THAT(c, !volume_unmount(W)); /* what was open went with its extension */
    CHECK_THAT(c, found == 0);
}
