package org.multigen.lab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plans a task that is a virtual machine. */
final class GuestPlanner {
    /** Keys of a pattern that a guest has no use for: it has its own. */
    private static final List<String> FOREIGN = List.of("size", "file", "madvise");

    private static final Pattern SLOT = Pattern.compile("([0-9]+[kmgKMG]?)\\+([0-9]+[kmgKMG]?)(?:@([0-9]+[kmgKMG]?))?");

    private final Settings settings;
    private final String task;
    private final String at;

    /**
     * @param task path of the task with a dot behind
     */
    GuestPlanner(Settings settings, String task) {
        this.settings = settings;
        this.task = task;
        this.at = task + "guest.";
    }

    Plan.Guest plan() {
        for (String key : FOREIGN) {
            if (settings.has(task + key)) {
                throw settings.failure(task + key, task + key + ": not for a guest");
            }
        }
        for (String needed : List.of("memory", "workload")) {
            if (!settings.has(at + needed)) {
                throw settings.failure(task + "guest", task + "guest: " + needed + " is missing");
            }
        }
        if (!settings.has(task + "touches")) {
            throw settings.failure(task + "guest", task + "guest: touches is missing");
        }
        if (!(settings.size(at + "memory") instanceof Size.Bytes size)) {
            throw settings.failure(
                    at + "memory", at + "memory: expected bytes such as 64m; it is the footprint itself");
        }
        long pages = size.pages(0);
        int vcpus = (int) settings.whole(at + "vcpus");
        boolean partition = settings.flag(at + "partition");
        return new Plan.Guest(
                pattern(partition ? pages / vcpus : pages, vcpus),
                pages,
                vcpus,
                partition,
                Plan.Write.valueOf(settings.text(task + "write").toUpperCase(Locale.ROOT)),
                settings.flag(task + "pretouch"),
                settings.nanos(task + "think"),
                settings.real(at + "scatter"),
                hardware(pages),
                settings.nanos(at + "dirty_log"),
                slots(pages));
    }

    private org.multigen.lab.workload.Pattern pattern(long pages, int vcpus) {
        try {
            return new org.multigen.lab.workload.Pattern(
                    org.multigen.lab.workload.Pattern.Kind.named(settings.text(at + "workload"))
                            .orElseThrow(),
                    pages,
                    settings.whole(task + "touches") / vcpus,
                    settings.has(task + "seed") ? settings.whole(task + "seed") : settings.whole("seed"),
                    settings.real(task + "hot"),
                    settings.real(task + "hotprob"),
                    settings.real(task + "theta"),
                    settings.flag(task + "scatter"));
        } catch (IllegalArgumentException e) {
            throw settings.failure(at + "workload", at + "workload: " + e.getMessage());
        }
    }

    private Plan.GuestHardware hardware(long pages) {
        long tlb = settings.whole(at + "tlb");
        if (Long.bitCount(tlb) != 1) {
            throw settings.failure(at + "tlb", at + "tlb: expected a power of two, not " + tlb);
        }
        return new Plan.GuestHardware(
                settings.text(at + "arch"),
                settings.text(at + "lock"),
                settings.flag(at + "hw_accessed"),
                Math.round(settings.real(at + "nested") * pages),
                settings.flag(at + "age_shadow"),
                (int) tlb);
    }

    /** Where pages lie; without {@code @} one behind the other on the host. */
    private List<Plan.GuestSlot> slots(long pages) {
        List<Plan.GuestSlot> slots = new ArrayList<>();
        if (!settings.has(at + "slots")) {
            return slots;
        }
        String text = settings.text(at + "slots");
        long next = 0;
        for (String one : text.split(",")) {
            Matcher m = SLOT.matcher(one.strip());
            if (!m.matches()) {
                throw settings.failure(
                        at + "slots",
                        at + "slots: expected ADDRESS+SIZE or ADDRESS+SIZE@OFFSET such as 0+48m, 1g+16m, not \""
                                + one.strip() + "\"");
            }
            long offset = m.group(3) == null ? next : pages(m.group(3));
            Plan.GuestSlot slot = new Plan.GuestSlot(pages(m.group(1)), pages(m.group(2)), offset);
            refuseOverlap(slots, slot, one.strip());
            if (slot.offset() + slot.pages() > pages) {
                throw settings.failure(
                        at + "slots",
                        at + "slots: " + one.strip() + " lies outside the host mapping of " + pages * Size.PAGE
                                + " bytes");
            }
            slots.add(slot);
            next = offset + slot.pages();
        }
        long sum = slots.stream().mapToLong(Plan.GuestSlot::pages).sum();
        if (sum != pages) {
            throw settings.failure(
                    at + "slots",
                    at + "slots: they hold " + sum * Size.PAGE + " bytes, expected the guest's memory of "
                            + pages * Size.PAGE);
        }
        return slots;
    }

    private void refuseOverlap(List<Plan.GuestSlot> slots, Plan.GuestSlot slot, String text) {
        for (Plan.GuestSlot s : slots) {
            boolean guest = slot.gpn() < s.gpn() + s.pages() && s.gpn() < slot.gpn() + slot.pages();
            boolean host = slot.offset() < s.offset() + s.pages() && s.offset() < slot.offset() + slot.pages();
            if (guest || host) {
                throw settings.failure(
                        at + "slots",
                        at + "slots: " + text + " overlaps another slot " + (guest ? "in the guest" : "on the host"));
            }
        }
    }

    private static long pages(String bytes) {
        return Size.parse(bytes).orElseThrow() instanceof Size.Bytes b ? b.pages(0) : 0;
    }
}
