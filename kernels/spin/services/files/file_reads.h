/* SPDX-License-Identifier: MIT */
/* file_reads.h -- files, for extensions that read them: the domain /svc/domains/Files, in boots
 * with a disk. A file that is open has a number, which is the caller's alone, and goes with its
 * extension. All of it may wait for the disk, but for files_changed and reader_changed. */
#ifndef SPIN_SERVICES_FILES_FILE_READS_H
#define SPIN_SERVICES_FILES_FILE_READS_H

#define READER_MOST 16384 /* bytes that are read at once */

#ifdef __BPF__
#define FILES_CALL extern __attribute__((section(".ksyms")))
#else
#define FILES_CALL
#endif

/* How often something began to be changed in any volume. What was looked at after this number was
 * asked for is so, as long as it stays the same. */
FILES_CALL unsigned long files_changed(void);
/* The number of a plain file, by its path, which begins with its volume's. File_open's errors;
 * -E_INVALID: it is no plain file; -E_TOO_LONG: the path; -E_FULL: too many are open. */
FILES_CALL long reader_open(const char *path, unsigned long bytes);
/* How many bytes it has now, or -E_INVALID: it is not the caller's. */
FILES_CALL long reader_bytes(unsigned long number);
/* How often it was changed since it became known. */
FILES_CALL unsigned long reader_changed(unsigned long number);
/* How many bytes from `at` on were read, 0: it ends there; or an error. Whole blocks of a volume
 * without a cache come by the device, where the memory begins with a page. */
FILES_CALL long reader_read(unsigned long number, void *to, unsigned long count, unsigned long at);
FILES_CALL void reader_close(unsigned long number);

#ifndef __BPF__
/* Extensions have these from here on. */
void file_reads_init(void);
/* What extensions have open that are no more is closed. */
void file_reads_sweep(void);
#endif

#endif
