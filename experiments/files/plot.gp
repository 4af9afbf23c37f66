# SPDX-License-Identifier: MIT
# Three bars for each operation: spin's ext2, Linux's, and ext4.

figure  = "operations"
heading = "Operations that change files"
rows    = "spin:files/create/bytes:1024/fs:ext2 linux:files/create/bytes:1024/fs:ext2 linux:files/create/bytes:1024/fs:ext4 " \
        . "spin:files/unlink/bytes:1024/fs:ext2 linux:files/unlink/bytes:1024/fs:ext2 linux:files/unlink/bytes:1024/fs:ext4 " \
        . "spin:files/rename/fs:ext2 linux:files/rename/fs:ext2 linux:files/rename/fs:ext4 " \
        . "spin:files/create_fsync/bytes:1024/fs:ext2 linux:files/create_fsync/bytes:1024/fs:ext2 linux:files/create_fsync/bytes:1024/fs:ext4"
names   = '"create 1 KiB: spin" "create 1 KiB: Linux" "create 1 KiB: Linux, ext4" "unlink: spin" "unlink: Linux" "unlink: Linux, ext4" "rename: spin" "rename: Linux" "rename: Linux, ext4" "create and sync: spin" "create and sync: Linux" "create and sync: Linux, ext4"'
caption = "ext2 but where ext4 is named. Callers are processes; Linux's disk is in its memory, without driver or interrupt."
multiples = 0
load plots."/bars.gp"

figure  = "reading"
heading = "Operations that change nothing"
rows    = "spin:files/read/bytes:1024/fs:ext2 linux:files/read/bytes:1024/fs:ext2 linux:files/read/bytes:1024/fs:ext4 " \
        . "spin:files/stat/fs:ext2 linux:files/stat/fs:ext2 linux:files/stat/fs:ext4 " \
        . "spin:files/read_cached/bytes:4096/fs:ext2 linux:files/read_cached/bytes:4096/fs:ext2 linux:files/read_cached/bytes:4096/fs:ext4 " \
        . "spin:files/read_cold/bytes:4096/fs:ext2 linux:files/read_cold/bytes:4096/fs:ext2 linux:files/read_cold/bytes:4096/fs:ext4"
names   = '"open, read, close: spin" "open, read, close: Linux" "open, read, close: Linux, ext4" "stat: spin" "stat: Linux" "stat: Linux, ext4" "4 KiB, cached: spin" "4 KiB, cached: Linux" "4 KiB, cached: Linux, ext4" "4 KiB, not cached: spin" "4 KiB, not cached: Linux" "4 KiB, not cached: Linux, ext4"'
caption = "ext2 but where ext4 is named. Callers are processes; Linux's disk is in its memory, without driver or interrupt."
multiples = 0
load plots."/bars.gp"
