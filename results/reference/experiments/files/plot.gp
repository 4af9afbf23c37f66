# SPDX-License-Identifier: MIT
# Three bars for each operation: C-FFS on XN, spin's ext2, and Linux's.

figure  = "operations"
heading = "Operations that change files"
rows    = "exo:files/create/bytes:1024/fs:cffs spin:files/create/bytes:1024/fs:ext2 linux:files/create/bytes:1024/fs:ext2 " \
        . "exo:files/unlink/bytes:1024/fs:cffs spin:files/unlink/bytes:1024/fs:ext2 linux:files/unlink/bytes:1024/fs:ext2 " \
        . "exo:files/rename/fs:cffs spin:files/rename/fs:ext2 linux:files/rename/fs:ext2 " \
        . "exo:files/create_fsync/bytes:1024/fs:cffs spin:files/create_fsync/bytes:1024/fs:ext2 linux:files/create_fsync/bytes:1024/fs:ext2"
names   = '"create 1 KiB: exo" "create 1 KiB: spin" "create 1 KiB: Linux" "unlink: exo" "unlink: spin" "unlink: Linux" "rename: exo" "rename: spin" "rename: Linux" "create and sync: exo" "create and sync: spin" "create and sync: Linux"'
caption = "exo: C-FFS on XN, in the library; spin and Linux: ext2, by a process. Linux's disk is in its memory, without driver or interrupt."
multiples = 0
load plots."/bars.gp"

figure  = "reading"
heading = "Operations that change nothing"
rows    = "exo:files/read/bytes:1024/fs:cffs spin:files/read/bytes:1024/fs:ext2 linux:files/read/bytes:1024/fs:ext2 " \
        . "exo:files/stat/fs:cffs spin:files/stat/fs:ext2 linux:files/stat/fs:ext2 " \
        . "exo:files/read_cached/bytes:4096/fs:cffs spin:files/read_cached/bytes:4096/fs:ext2 linux:files/read_cached/bytes:4096/fs:ext2 " \
        . "exo:files/read_cold/bytes:4096/fs:cffs spin:files/read_cold/bytes:4096/fs:ext2 linux:files/read_cold/bytes:4096/fs:ext2"
names   = '"open, read, close: exo" "open, read, close: spin" "open, read, close: Linux" "stat: exo" "stat: spin" "stat: Linux" "4 KiB, cached: exo" "4 KiB, cached: spin" "4 KiB, cached: Linux" "4 KiB, not cached: exo" "4 KiB, not cached: spin" "4 KiB, not cached: Linux"'
caption = "exo: C-FFS on XN, in the library; spin and Linux: ext2, by a process. Linux's disk is in its memory, without driver or interrupt."
multiples = 0
load plots."/bars.gp"
