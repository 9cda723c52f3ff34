/**
 * Address spaces: mappings, their permissions and advice, and the reverse map from a folio to the entries that map it.
 *
 * <p>An {@link org.multigen.addrspace.AddressSpace} owns its mappings and page table; they change under its mmap lock. Files and
 * anonymous families ({@link org.multigen.addrspace.Mappable}) own the index of their mappings. What a page contains, and what
 * happens at a fault, is decided above. Kernel: mm_types.h, mm/mmap.c, mm/rmap.c, mmu_notifier.h.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.addrspace;
