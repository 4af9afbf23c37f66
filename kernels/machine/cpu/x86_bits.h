/* SPDX-License-Identifier: MIT */
/* x86_bits.h -- control register bits, flags and MSR numbers, for C and for assembly. */
#ifndef MACHINE_X86_BITS_H
#define MACHINE_X86_BITS_H

#define CR0_MP         (1 << 1)
#define CR0_EM         (1 << 2)
#define CR0_NE         (1 << 5)
#define CR0_AM         (1 << 18)
#define CR0_WP         (1 << 16)
#define CR0_TS         (1 << 3)
#define CR4_OSFXSR     (1 << 9)
#define CR4_OSXMMEXCPT (1 << 10)
#define CR4_FSGSBASE   (1 << 16)
#define CR4_OSXSAVE    (1 << 18)
#define CR4_MCE        (1 << 6)
#define CR4_PGE        (1 << 7)
#define CR4_UMIP       (1 << 11)
#define CR4_PCIDE      (1 << 17)
#define CR4_SMEP       (1 << 20)
#define CR4_SMAP       (1 << 21)

#define RFLAGS_FIXED  (1 << 1)
#define RFLAGS_CF     (1 << 0)
#define RFLAGS_TF     (1 << 8)
#define RFLAGS_IF     (1 << 9)
#define RFLAGS_DF     (1 << 10)
#define RFLAGS_IOPL   (3 << 12)
#define RFLAGS_NT     (1 << 14)
#define RFLAGS_AC     (1 << 18)
#define RFLAGS_ID     (1 << 21)
#define RFLAGS_STATUS 0x8d5 /* OF SF ZF AF PF CF */

#define MSR_APIC_BASE        0x1b
#define MSR_MCG_CAP          0x179
#define MSR_MCG_CTL          0x17b
#define MSR_MC_CTL(bank)     (0x400 + 4 * (bank))
#define MSR_MC_STATUS(bank)  (0x401 + 4 * (bank))
#define MSR_MC_ADDRESS(bank) (0x402 + 4 * (bank))
#define MSR_TSC_DEADLINE     0x6e0
#define MSR_X2APIC           0x800 /* + register / 16 */
#define MSR_EFER             0xc0000080
#define MSR_STAR             0xc0000081
#define MSR_LSTAR            0xc0000082
#define MSR_SFMASK           0xc0000084
#define MSR_FS_BASE          0xc0000100
#define MSR_GS_BASE          0xc0000101
#define MSR_KERNEL_GS_BASE   0xc0000102
#define EFER_SCE             (1 << 0)
#define EFER_NXE             (1 << 11)

#endif
