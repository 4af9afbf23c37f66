/* SPDX-License-Identifier: MIT */
/* work.c -- the workloads. Each begins on a file system that is empty, and ends with a sync. */
#include "work.h"

#include "lib/string.h"

static void create(void) {
    work_mkdir("0/d");
    for (unsigned i = 0; i < 12; i++) {
        work_file(work_path("0/d/f%u", i), 300 + 900 * i, i + 1);
        if (i % 4 == 3)
            work_fsync(work_path("0/d/f%u", i));
    }
}

static void append(void) {
    work_file("0/log", 100, 1);
    for (unsigned i = 0; i < 14; i++) {
        work_write("0/log", 100 + 3000ul * i, 3000, i + 2);
        if (i % 2)
            work_fsync("0/log");
    }
}

static void overwrite(void) {
    work_file("0/f", 20000, 1);
    work_sync("0/");
    for (unsigned i = 0; i < 12; i++) {
        work_write("0/f", i * 1500, 2500, i + 2);
        if (i % 3 == 2)
            work_fsync("0/f");
    }
}

static void truncate(void) {
    work_file("0/f", 60000, 1);
    work_file("0/g", 9000, 2);
    work_sync("0/");
    for (unsigned i = 0; i < 6; i++) {
        work_truncate("0/f", i * 5000);
        work_write("0/g", 0, 20000 + 4096 * i, i + 3); /* takes what was given up */
        work_fsync(i % 2 ? "0/f" : "0/g");
        work_write("0/f", i * 5000, 30000, i + 20);
        work_truncate("0/g", 100);
    }
}

/* What was cut off is not in the hole behind the new end. */
static void holes(void) {
    work_file("0/f", 30000, 1);
    work_sync("0/");
    for (unsigned i = 0; i < 3; i++) {
        work_truncate("0/f", 3000);
        work_write("0/f", 20000 + 5000ul * i, 1000, i + 2);
        work_fsync("0/f");
    }
}

static void rename_over(void) {
    for (unsigned i = 0; i < 8; i++)
        work_file(work_path("0/f%u", i), 1000 + 3000 * i, i + 1);
    work_sync("0/");
    for (unsigned i = 0; i + 1 < 8; i += 2) {
        work_rename(work_path("0/f%u", i), work_path("0/f%u", i + 1));
        if (i % 4)
            work_sync("0/");
    }
    for (unsigned i = 0; i < 4; i++) { /* as editors do */
        work_file("0/new", 5000, 30 + i);
        work_fsync("0/new");
        work_rename("0/new", "0/f1");
        work_sync("0/");
    }
}

/* So many records of one file that a log is cleaned, and end where those of the others fit. */
static void churn(void) {
    for (unsigned i = 0; i < 20; i++)
        work_make(work_path("0/f%u", i));
    work_make("0/n0");
    work_sync("0/");
    for (unsigned i = 0; i < 136; i++)
        work_rename(work_path("0/n%u", i % 2), work_path("0/n%u", (i + 1) % 2));
    work_sync("0/");
}

static void rename_directory(void) {
    work_mkdir("0/a");
    work_mkdir("0/b");
    work_mkdir("0/a/sub");
    work_file("0/a/sub/f", 3000, 1);
    work_file("0/a/g", 300, 2);
    work_sync("0/");
    work_rename("0/a", "0/c");
    work_rename("0/c", "0/e");
    work_sync("0/");
    work_rename("0/e/sub", "0/b/sub"); /* ext2 refuses this one */
    work_file("0/b/h", 2000, 3);
    work_sync("0/");
    work_rename("0/b", "0/a");
    work_rename("0/e", "0/b");
}

static void link_and_unlink(void) {
    work_mkdir("0/d");
    for (unsigned i = 0; i < 6; i++)
        work_file(work_path("0/d/f%u", i), 2500, i + 1);
    work_sync("0/");
    for (unsigned i = 0; i < 6; i++) {
        work_link(work_path("0/d/f%u", i), work_path("0/l%u", i));
        if (i % 2)
            work_unlink(work_path("0/d/f%u", i));
        if (i % 3 == 2)
            work_sync("0/");
    }
    for (unsigned i = 0; i < 6; i++)
        work_unlink(work_path(i % 2 ? "0/l%u" : "0/d/f%u", i));
}

static void directory_growth(void) {
    work_mkdir("0/d");
    work_sync("0/");
    for (unsigned i = 0; i < 110; i++) {
        work_make(work_path("0/d/a_name_that_has_some_length_%u", i));
        if (i % 40 == 39)
            work_sync("0/");
    }
    for (unsigned i = 0; i < 110; i += 3)
        work_unlink(work_path("0/d/a_name_that_has_some_length_%u", i));
}

static void thousand(void) {
    for (unsigned k = 0; k < 4; k++)
        work_mkdir(work_path("0/d%u", k));
    for (unsigned i = 0; i < 1000; i++) {
        work_file(work_path("0/d%u/f%u", i % 4, i), 1 + i % 2000, i + 1);
        if (i % 500 == 499)
            work_sync("0/");
    }
}

static void make_tree(unsigned tag) {
    work_mkdir("0/tree");
    for (unsigned i = 0; i < 3; i++) {
        work_mkdir(work_path("0/tree/e%u", i));
        work_mkdir(work_path("0/tree/e%u/deep", i));
        work_file(work_path("0/tree/e%u/x", i), 6000, tag + i);
        work_file(work_path("0/tree/e%u/deep/y", i), 700, tag + 10 + i);
    }
}

static void delete_tree(void) {
    for (unsigned round = 0; round < 3; round++) {
        make_tree(1 + round * 30);
        if (round != 1)
            work_sync("0/");
        for (unsigned i = 0; i < 3; i++) {
            work_unlink(work_path("0/tree/e%u/deep/y", i));
            work_rmdir(work_path("0/tree/e%u/deep", i));
            work_unlink(work_path("0/tree/e%u/x", i));
            work_rmdir(work_path("0/tree/e%u", i));
        }
        work_rmdir("0/tree");
        if (round)
            work_file(work_path("0/after%u", round), 30000, 200 + round);
    }
    work_mkdir("0/above"); /* two inodes that are not in one block */
    for (unsigned i = 0; i < 10; i++)
        work_make(work_path("0/x%u", i));
    work_mkdir("0/above/below");
    work_sync("0/");
    work_rmdir("0/above/below");
    work_rmdir("0/above");
}

static void move_between_groups(void) {
    work_mkdir("0/a");
    work_file("0/between", 3000, 50); /* so that one write does not take both */
    work_mkdir("0/b");
    for (unsigned i = 0; i < 9; i++)
        work_file(work_path("0/a/f%u", i), 900 + 2000 * i, i + 1);
    work_sync("0/");
    for (unsigned i = 0; i < 9; i++) {
        work_rename(work_path("0/a/f%u", i), work_path("0/b/g%u", i));
        if (i % 3 == 1)
            work_rename(work_path("0/b/g%u", i), work_path("0/a/h%u", i));
        if (i == 5)
            work_sync("0/");
    }
}

static void xcp(void) {
    work_mkdir("0/from");
    work_mkdir("0/to");
    for (unsigned i = 0; i < 6; i++)
        work_file(work_path("0/from/f%u", i), 4096 * (i + 1), i + 1);
    work_sync("0/");
    for (unsigned i = 0; i < 6; i++) {
        work_copy(work_path("0/from/f%u", i), work_path("0/to/f%u", i));
        if (i % 2)
            work_fsync(work_path("0/to/f%u", i));
    }
    work_sync("0/");
    work_write("0/from/f3", 0, 4096, 40); /* not its copy's */
    work_unlink("0/from/f4");
}

static void full_disk(void) {
    unsigned i = 0;
    for (long wrote = 100000; i < 60 && wrote == 100000; i++) {
        if (work_make(work_path("0/f%u", i)) < 0)
            break;
        wrote = work_write(work_path("0/f%u", i), 0, 100000, i + 1);
    }
    work_sync("0/");
    work_make("0/one_more");
    work_write("0/one_more", 0, 9000, 100);
    for (unsigned k = 0; k < i; k += 3)
        work_unlink(work_path("0/f%u", k));
    work_sync("0/");
    work_file("0/room", 50000, 101);
}

static void quota(void) {
    work_mkdir("0/d");
    work_quota("0/", 12);
    for (unsigned i = 0; i < 8; i++) {
        work_make(work_path("0/d/f%u", i));
        work_write(work_path("0/d/f%u", i), 0, 9000, i + 1);
        if (i % 3 == 2)
            work_sync("0/");
    }
    for (unsigned i = 0; i < 8; i += 2)
        work_unlink(work_path("0/d/f%u", i));
    work_sync("0/");
    work_file("0/d/again", 12000, 20);
}

static void interleaved(void) {
    for (unsigned i = 0; i < 10; i++) {
        work_file(work_path("%u/f%u", i % 2, i), 2000 + 3000 * i, i + 1);
        if (i % 5 == 4)
            work_fsync(work_path("%u/f%u", i % 2, i));
        if (i > 3)
            work_rename(work_path("%u/f%u", i % 2, i - 2), work_path("%u/g%u", i % 2, i - 2));
    }
    work_sync("1/");
    for (unsigned i = 0; i < 6; i++)
        work_write(work_path("%u/f%u", i % 2, 8 + i % 2), 0, 6000, 40 + i);
}

static void freed_to_the_other(void) {
    for (unsigned round = 0; round < 4; round++) {
        const unsigned v = round % 2;
        work_mkdir(work_path("%u/d", v));
        for (unsigned i = 0; i < 5; i++)
            work_file(work_path("%u/d/f%u", v, i), 15000, round * 10 + i + 1);
        work_sync(work_path("%u/", v));
        for (unsigned i = 0; i < 5; i++)
            work_unlink(work_path("%u/d/f%u", v, i));
        work_rmdir(work_path("%u/d", v));
        for (unsigned i = 0; i < 6; i++)
            work_file(work_path("%u/taken%u%u", !v, round, i), 10000, 100 + round * 10 + i);
        work_fsync(work_path("%u/taken%u0", !v, round));
    }
}

/* Files whose names lie side by side. */
static void neighbours(void) {
    work_mkdir("0/d");
    work_mkdir("0/e");
    for (unsigned i = 0; i < 12; i++) /* each third one is empty */
        work_file(work_path("0/d/f%u", i), 700 * (i % 3) * (1 + i / 3), i + 1);
    work_sync("0/");
    work_write("0/d/f1", 0, 500, 40);
    work_write("0/d/f2", 0, 500, 41);
    work_fsync("0/d/f2"); /* with the name of the other */
    work_fsync("0/d/f1");
    work_rename("0/d/f4", "0/d/f10"); /* over one behind it, and before it */
    work_rename("0/d/f11", "0/d/f5");
    work_rename("0/d/f0", "0/e/f0");
    work_rename("0/d/f3", "0/e/f3");
    work_sync("0/");
    work_truncate("0/d/f8", 1700);
    work_write("0/d/f8", 6000, 100, 43); /* zeros are between */
    work_fsync("0/d/f8");
    work_unlink("0/d/f7");
    for (unsigned i = 0; i < 6; i++) /* in its place */
        work_file(work_path("0/d/new%u", i), 900, 50 + i);
    work_sync("0/");
    work_unlink("0/d/f7"); /* is no more */
    work_file("0/d/last", 900, 60);
    work_sync("0/");
    work_file("0/d/end", 100, 61);
}

static void attach(void) {
    work_file("0/f", 5000, 1);
    work_begin("2/");
    work_mkdir("2/d");
    work_file("2/d/f", 9000, 2);
    work_begin("3/"); /* temporary: empty after a crash */
    work_mkdir("3/d");
    work_file("3/d/f", 9000, 3);
    work_sync("2/");
    work_file("2/g", 3000, 4);
    work_unlink("3/d/f");
    work_file("0/g", 8000, 5);
    work_file("3/h", 12000, 6);
    work_sync("0/");
    work_unlink("2/d/f");
    work_rmdir("2/d");
}

static void swap(void) {
    work_file("0/a", 4096, 1);
    work_file("0/b", 4096, 2);
    work_file("0/c", 4096, 3);
    work_sync("0/");
    for (unsigned i = 0; i < 5; i++) {
        work_exchange("0/a", i % 2 ? "0/b" : "0/c");
        if (i % 2)
            work_sync("0/");
        if (i == 2) { /* data are not ordered: what goes with its block was promised */
            work_write("0/b", 0, 4096, 9);
            work_fsync("0/b");
        }
    }
    work_unlink("0/b");
    work_file("0/d", 9000, 10);
}

/* A volume is left with what was not synced, and changed again at once. */
static void leave(void) {
    work_file("0/f", 9000, 1);
    for (unsigned i = 0; i < 3; i++) {
        work_mkdir(work_path("0/d%u", i));
        work_file(work_path("0/d%u/f", i), 5000, 10 + i);
        work_leave("0/");
        work_mkdir(work_path("0/e%u", i));
        work_file(work_path("0/e%u/f", i), 7000, 20 + i);
        work_unlink(work_path("0/d%u/f", i));
        work_rmdir(work_path("0/d%u", i));
        if (i == 1)
            work_sync("0/");
    }
    work_leave("0/");
}

/* Two disks, each with a file system of its own. */
static void beside(void) {
    for (unsigned i = 0; i < 10; i++) {
        const unsigned v = i % 2;
        work_file(work_path("%u/f%u", v, i), 4096 * (1 + i), i + 1);
        if (i % 4 > 1)
            work_sync(work_path("%u/", v));
    }
    work_mkdir("1/d");
    work_rename("1/f1", "1/d/f");
    work_unlink("0/f0");
    work_rename("1/f3", "1/f5");
    work_unlink("1/f7");
    work_sync("1/");
    work_file("1/g", 30000, 30);
}

static const struct {
    const char *name;
    void (*run)(void);
} workloads[] = {
    {"create", create},
    {"append", append},
    {"overwrite", overwrite},
    {"truncate", truncate},
    {"holes", holes},
    {"rename_over", rename_over},
    {"churn", churn},
    {"rename_directory", rename_directory},
    {"link", link_and_unlink},
    {"growth", directory_growth},
    {"thousand", thousand},
    {"delete_tree", delete_tree},
    {"move", move_between_groups},
    {"xcp", xcp},
    {"full", full_disk},
    {"quota", quota},
    {"interleaved", interleaved},
    {"freed", freed_to_the_other},
    {"attach", attach},
    {"neighbours", neighbours},
    {"swap", swap},
    {"leave", leave},
    {"beside", beside},
};

static unsigned number(const char **text) {
    unsigned n = 0;
    *text += **text == ':';
    for (; **text >= '0' && **text <= '9'; ++*text)
        n = n * 10 + (unsigned)(**text - '0');
    return n;
}

int work_run(const struct work_fs *fs, const char *what) {
    const char *at = what;
    work_fs = fs;
    while (*at && *at != ':')
        at++;
    const size_t length = (size_t)(at - what);
    unsigned first = number(&at), count = number(&at);
    if (length == 4 && memcmp(what, "ones", 4) == 0)
        sequences_of_one(first, count);
    else if (length == 5 && memcmp(what, "pairs", 5) == 0)
        sequences_of_two(first, count);
    else {
        unsigned i = 0;
        while (i < sizeof workloads / sizeof *workloads && strcmp(workloads[i].name, what) != 0)
            i++;
        if (i == sizeof workloads / sizeof *workloads)
            return -1;
        workloads[i].run();
    }
    work_sync("0/");
    return 0;
}
