package org.multigen.base;

/**
 * Events that take time, each with the kernel function it is booked under in a profile. The nanoseconds per event are settings
 * ({@code CostModel}); here are only the names.
 */
public enum Cost {
    TOUCH("user", "one touch of a resident page by the program"),
    SYSCALL("entry_SYSCALL_64", "entry and exit of a system call"),
    FAULT_ENTRY("asm_exc_page_fault", "exception entry and exit"),
    FAULT_ANON("do_anonymous_page", "allocate, clear and map an anonymous page, without the entry"),
    FAULT_ZERO("do_anonymous_page", "map the zero page"),
    FAULT_FILE("filemap_map_pages", "map a cached file page"),
    FAULT_COW("wp_page_copy", "copy a page on write"),
    FAULT_SWAP("do_swap_page", "swap-in without the read itself"),
    FAULT_ACCESS("handle_pte_fault", "minor fault that only sets the accessed bit"),
    FAULT_HUGE("do_huge_pmd_anonymous_page", "allocate, clear and map 2 MiB"),
    READ_PAGE("filemap_read", "buffered read of a cached page"),
    WRITE_PAGE("generic_perform_write", "buffered write of a cached page"),
    PTE_COPY("copy_pte_range", "one entry copied by fork"),
    ZAP_PTE("zap_pte_range", "one entry cleared by munmap, exit or MADV_DONTNEED"),
    CTX_SWITCH("__schedule", "context switch, direct and indirect"),
    LRU_ADD("folio_batch_move_lru", "one page of an add batch put on a list"),
    CHARGE("try_charge_memcg", "one charge"),
    ALLOC("get_page_from_freelist", "one page allocated"),
    SHADOW("workingset_refault", "shadow entry looked up"),
    SWAP_READ("zram_read_page", "one page read and decompressed"),
    SWAP_WRITE("zram_write_page", "one page compressed and stored"),
    RAM_COPY("brd_submit_bio", "one page copied from or to a RAM disk"),
    DISK_READ("submit_bio_wait", "one read request of a disk"),
    DISK_READ_PAGE("mpage_readahead", "each page of such a request"),
    DISK_WRITE("submit_bio", "one page handed to a disk for writing"),
    ISOLATE("isolate_folios", "one page taken from a list and put back or handed on"),
    SORT("sort_folio", "one page moved to another generation while scanning"),
    SHRINK("shrink_folio_list", "one page looked at by reclaim, without the parts below"),
    RMAP("folio_referenced", "one reverse-map walk with one mapping"),
    RMAP_NEXT("folio_referenced", "each further mapping"),
    LOOK_AROUND("lru_gen_look_around", "one window of up to 64 entries"),
    UNMAP("try_to_unmap", "one entry unmapped"),
    SWAP_SLOT("add_to_swap", "one slot found and entered into the swap cache"),
    FREE("free_unref_folios", "one page freed"),
    TLB_FLUSH("try_to_unmap_flush", "one batched flush"),
    TLB_LOCAL("flush_tlb_mm_range", "translations dropped on the own CPU; only with cpu.tlb"),
    TLB_CPU("smp_call_function_many_cond", "each further CPU that a flush interrupts; only with cpu.tlb"),
    LRU_SWITCH("lru_gen_change_state", "one page moved between the two LRUs"),
    MIGRATE("migrate_pages_batch", "one page migrated in a batch"),
    WALK_MM("walk_mm", "one address space taken up by a walk"),
    WALK_VMA("walk_page_range", "one mapping stepped over"),
    WALK_PMD("walk_pmd_range", "one entry of a PMD table looked at"),
    WALK_TABLE("walk_pte_range", "one table of leaf entries taken up"),
    WALK_PTE_OLD("walk_pte_range", "one entry that is absent, old or filtered"),
    WALK_PTE_YOUNG("walk_pte_range", "one young entry cleared and its page updated"),
    BLOOM("test_bloom_filter", "one test or insertion"),
    AGE("inc_max_seq", "one new generation"),
    AGE_MOVE("inc_min_seq", "one page moved to the next generation by ageing"),
    SECONDARY_MMU("mmu_notifier_clear_young", "one question to a secondary MMU"),
    GUEST_TLB_MISS("user", "one two-dimensional walk after a miss in a vCPU's TLB"),
    GUEST_FAULT("kvm_mmu_page_fault", "second-level fault: exit, slot, host look-up, entry, without the mapping"),
    GUEST_MAP("kvm_tdp_mmu_map", "one second-level entry installed, under the MMU lock"),
    GUEST_LOCK("kvm_handle_hva_range", "taking an MMU lock that nobody else has"),
    GUEST_LOCK_LINE(
            "queued_spin_lock_slowpath",
            "the cache line of an MMU lock fetched from the CPU that took or left the lock last"),
    GUEST_ENTRY("kvm_age_gfn", "one second-level entry looked at and cleared"),
    GUEST_FLUSH("kvm_flush_remote_tlbs", "one flush of all vCPUs' TLBs"),
    SHRINK_ACTIVE("shrink_active_list", "one page deactivated or rotated by the classic LRU"),
    KSWAPD_WAKE("wakeup_kswapd", "one wake-up of kswapd"),
    LOWER_WAIT("user", "one nanosecond that a touch waits for slower memory beyond the top tier's latency"),
    MIGRATE_ONE("migrate_misplaced_folio", "one page migrated by itself, on a hint fault"),
    PGHOT_RECORD("pghot_record_access", "one access to a page of a lower tier recorded"),
    PGHOT_LOOK("kmigrated_walk_zone", "one record of a hot section looked at"),
    HINT_FAULT("do_numa_page", "one hint fault, without the entry and a migration"),
    HINT_SCAN("change_prot_numa", "one entry looked at, and made to fault, by NUMA balancing");

    private final String function;
    private final String meaning;

    Cost(String function, String meaning) {
        this.function = function;
        this.meaning = meaning;
    }

    /** The kernel function that a profile would show. */
    public String function() {
        return function;
    }

    /** What one event is. */
    public String meaning() {
        return meaning;
    }
}
