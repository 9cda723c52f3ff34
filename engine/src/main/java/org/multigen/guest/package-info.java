/**
 * Guests: virtual machines whose memory is touched through tables of their own, and how ageing on the host consults them.
 *
 * <ul>
 *   <li>{@link org.multigen.guest.GuestMmu}: the second-level tables of one guest, a {@link
 *       org.multigen.addrspace.SecondaryMmu} of the address space that holds the guest's memory. Memory slots map guest pages to
 *       host pages; vCPUs touch through {@link org.multigen.guest.Vcpu} with a TLB each; a nested guest is touched through shadow
 *       tables.
 *   <li>{@link org.multigen.guest.LockDiscipline}: who takes the MMU's lock how; {@code MmuLock} carries it out, modelled in
 *       virtual time and for real under threads. Tables that leave the tree are freed after a grace period.
 *   <li>{@link org.multigen.guest.AgingPolicy} and {@link org.multigen.guest.SecondaryAging}: where walks, the look-around and the
 *       reverse map ask a secondary MMU, and how.
 * </ul>
 *
 * <p>Ownership and locks: entries change atomically; tables are added under the MMU lock in any mode by compare-and-swap and
 * leave under it alone; slots change only before the guest runs; a vCPU's TLB belongs to its thread. The MMU lock is a leaf: under
 * it nothing else is taken, and host faults are served before it is entered, checked by the count of invalidations.
 *
 * <p>Kernel: virt/kvm/kvm_main.c, arch/x86/kvm/mmu, mm/mmu_notifier.c. Left out: the guest's own first-level tables (guest-virtual
 * order is a permutation, {@link org.multigen.guest.GuestOrder}), ballooning, device access, IOMMUs.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.guest;
