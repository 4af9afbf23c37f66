/* SPDX-License-Identifier: MIT */
/* record.h -- one line of the results protocol, taken apart: checksum, form, and the keys and
 * values that its type needs. What knows more than one line is in reader.c. */
#ifndef HARNESS_RECORD_H
#define HARNESS_RECORD_H

#include "log/reader.h"

/* Room for a record taken apart. */
struct record_space {
    struct field fields[PROTOCOL_FIELD_MAX];
    char detail[160]; /* what exactly is wrong */
};

/* Takes the LENGTH bytes of LINE apart, which begin with the magic and have no newline; decoding
 * changes them. True: *record points into LINE and
 * SPACE. False: *wrong and space->detail say why; *numbered is true where the checksum was right,
 * so that record->sequence can be believed. */
bool record_parse(char *line, size_t length, struct record *record, struct record_space *space,
                  enum diagnosis *wrong, bool *numbered);

/* Whether the LENGTH bytes of LINE begin with the magic and end in the right checksum. */
bool record_checksum_fits(const char *line, size_t length);

/* The runs of a samples record's v=: gives the next VALUE and COUNT and moves *list behind them;
 * false at the end or where the list is malformed, *list then pointing at what is left of it. */
bool samples_next(const char **list, uint64_t *value, uint64_t *count);

/* The most that one run may count: far above any real bench, and memory stays bounded. */
#define SAMPLES_RUN_MAX 1000000

/* Whether NAME can name a row. It goes into file formats, command lines and plots: letters, digits
 * and the signs _ - + . : / and comma alone. */
bool row_name_fits(const char *name);

#endif
