/**
 * Page tables as on x86-64: a radix of 512 64-bit entries, 4 or 5 levels, changed by atomic operations.
 *
 * <p>An entry's bits are functions over a long ({@link org.multigen.pagetable.Pte}); tables live in one pool and are named by
 * number. Translation is separate from what is done with the result: this package knows frames as numbers only. Kernel:
 * arch/x86/include/asm/pgtable_types.h, mm/memory.c.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.pagetable;
