/**
 * Page faults and the system calls on mappings: first use, swap-in, copy on write, fork, munmap, mprotect, madvise, mlock.
 *
 * <p>Mappings change under the mmap lock of their address space; entries atomically. Kernel: mm/memory.c, mm/mmap.c, mm/madvise.c,
 * mm/mlock.c.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.fault;
