# SPDX-License-Identifier: MIT
# A group of bars for each operation.

figure  = "operations"
heading = "Operations on files"
rows    = "linux:files/create/bytes:1024/fs:ext2 linux:files/create/bytes:1024/fs:ext4 " \
        . "linux:files/unlink/bytes:1024/fs:ext2 linux:files/unlink/bytes:1024/fs:ext4 " \
        . "linux:files/rename/fs:ext2 linux:files/rename/fs:ext4"
names   = '"create, ext2" "create, ext4" "unlink, ext2" "unlink, ext4" "rename, ext2" "rename, ext4"'
caption = "Files of 1 KiB in a directory with some; Linux's disk is in its memory."
multiples = 0
load plots."/bars.gp"
