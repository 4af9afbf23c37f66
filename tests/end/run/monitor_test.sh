#!/bin/bash
# SPDX-License-Identifier: MIT
# What only the outside of a machine can do to a kernel: a machine check, an NMI, either of them at an instruction that a debugger chose.
# QEMU is started here and not by exospin, with its monitor and its debugger's line on named pipes.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
qemu=${QEMU:-qemu-system-x86_64}
mkfifo "$tmp"/{monitor,debugger}.{in,out}

# machine SYSTEM WORDS [OPTION...]: starts it; its serial line is $tmp/out, fd 3 its monitor. It is killed after a minute.
machine() {
    local system=$1 words=$2
    shift 2
    : > "$tmp/out"
    timeout -k 1 60 "$qemu" -M pc -smp 1 -m 512 -cpu max,-erms,-fsrm -display none -nodefaults -no-reboot -icount shift=0,sleep=off \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel "build/guest/$system.elf" -initrd "build/guest/$system.cpio" -append "$words" -serial "file:$tmp/out" \
        -chardev "pipe,id=monitor,path=$tmp/monitor" -mon chardev=monitor,mode=readline "$@" 2> "$tmp/err" &
    pid=$!
    exec 3> "$tmp/monitor.in" 4< "$tmp/monitor.out"
}

# said PATTERN: waits until the serial line says it, or the machine has ended.
said() {
    local i
    for ((i = 0; i < 600; i++)); do
        grep -Eq -- "$1" "$tmp/out" && return
        kill -0 "$pid" 2> "$tmp/kill" || break
        sleep 0.1
    done
    grep -Eq -- "$1" "$tmp/out"
}

# in_user_mode: waits until the processor is there.
in_user_mode() {
    local i line
    for ((i = 0; i < 300; i++)); do
        echo 'info registers' >&3
        while read -r -t 30 -u 4 line && [[ $line != *CPL=* ]]; do :; done
        [[ $line == *CPL=3* ]] && return
        sleep 0.1
    done
}

# ends CLAIM PATTERN...: the machine ends by a panic (37), whose serial line fits each.
ends() {
    local claim=$1 pattern
    shift
    wait "$pid"
    status=$?
    exec 3>&- 4<&-
    for pattern; do
        if [ "$status" -ne 37 ] || ! grep -Eq -- "$pattern" "$tmp/out"; then
            echo "not ok - $claim: status $status, wanted 37 and /$pattern/"
            where
            tail -n 20 "$tmp/out" "$tmp/err" | cut -c 1-200 | sed 's/^/# /'
            return
        fi
    done
    echo "ok - $claim"
}

# debug BODY PATTERN: sends the debugger's packet and waits for an answer that fits. (GDB manual, "Remote Serial Protocol")
debug() {
    local sum=0 i answer
    for ((i = 0; i < ${#1}; i++)); do
        sum=$((sum + $(printf '%d' "'${1:i:1}")))
    done
    printf '$%s#%02x' "$1" $((sum % 256)) >&5
    while read -r -t 30 -d '#' -u 6 answer; do
        printf + >&5
        [[ $answer =~ $2 ]] && return
    done
    return 1
}

address_of() {
    "${CROSS:-x86_64-linux-gnu-}nm" "build/guest/$1.elf" | awk -v name="$2" '$3 == name { print $1 }'
}

# machine_at FUNCTION WORDS: a floor that is stopped where the function begins.
machine_at() {
    local place
    place=$(address_of floor "$1")
    machine floor "run=call/direct clock=icount $2" -S -gdb "pipe:$tmp/debugger"
    exec 5> "$tmp/debugger.in" 6< "$tmp/debugger.out"
    debug "Z0,$place,1" OK && debug c T05 && debug "z0,$place,1" OK
}

# A machine whose kernel panics, as it was asked to, stopped within the panic.
machine_in_panic() {
    machine_at panic_trace inject=panic
}

for system in floor exo spin; do
    machine "$system" ''
    said '^> '
    echo 'mce 0 1 0xbe00000000000000 0x5 0xdeadb000 0' >&3
    ends "$system: a machine check ends in a panic that says what is broken" \
        '^panic: machine check in (user|kernel) mode, .*, bank 1 status 0xbe00000000000000 address 0xdeadb000$' \
        '^@X1 .* fault where=kernel .* vector=18 trap=machine%20check .* cr3=0x[1-9a-f][0-9a-f]*000 '
done

# In exo the console is an environment's; elsewhere a bench that hangs keeps the processor in user mode.
for system in exo floor spin; do
    machine "$system" 'run=syscall/null clock=icount inject=hang'
    said ' plan count=1'
    in_user_mode
    echo nmi >&3
    ends "$system: an NMI in user mode is no fault of the program's" '^panic: NMI in user mode' ' fault where=kernel .* vector=2 trap=NMI '
done

# within_panic CLAIM PATTERN...: goes on with the machine that stopped there.
within_panic() {
    debug c . # no answer: the machine ends
    ends "$@"
    exec 5>&- 6<&-
}

machine_in_panic && echo nmi >&3
echo 'info status' >&3 # when it is answered, the one before has been done
while read -r -t 30 -u 4 line && [[ $line != *status:* ]]; do :; done
within_panic 'an NMI within a panic does not silence it' '^panic: injected: ' '^  trace .*inject' \
    ' fault where=kernel .*why=injected:.* vector=257 '

# A ud2 where it stopped.
machine_in_panic && debug "M$(address_of floor panic_trace),2:0f0b" OK
within_panic 'a fault within a panic says both, and the machine ends' '^panic within the panic: invalid opcode in kernel mode, ' \
    '^panic: injected: '

# Where it stopped: mov $ADDRESS, %rsp, into the page below the stack; the address is sign-extended from 32 bits; push %rax.
within=$(printf %x $((0x$(address_of floor boot_stack_guard) + 2048)))
machine_at session_main '' && debug "M$(address_of floor session_main),8:48c7c4$(echo "${within:8}" | sed -E 's/(..)(..)(..)(..)/\4\3\2\1/')50" OK
within_panic 'a stack that is full is called so' '^panic: double fault in kernel mode, .*: the stack of its thread is full$' \
    ' fault where=kernel .*the%20stack%20of%20its%20thread%20is%20full.* vector=8 '
