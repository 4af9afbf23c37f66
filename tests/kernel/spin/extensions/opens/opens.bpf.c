/* SPDX-License-Identifier: MIT */
/* opens.bpf.c -- has a file open. */
#include "spin/extend.h"
#include "spin/services/files/file_reads.h"

NEEDS("/svc/domains/Files");
INTERFACE("file_opened");

static const char path[] = "/svc/volumes/w/f";

EXPORTED long file_opened(void) {
    return reader_open(path, sizeof path - 1);
}
