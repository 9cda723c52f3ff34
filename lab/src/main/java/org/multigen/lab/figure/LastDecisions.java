package org.multigen.lab.figure;

import org.jspecify.annotations.Nullable;
import org.multigen.lru.ReclaimTrace;
import org.multigen.memcg.Memcg;
import org.multigen.memory.PageLog;

/** Keeps the engine's last {@value #KEPT} decisions about pages and steps of reclaim, for a dump. */
public final class LastDecisions implements PageLog, ReclaimTrace {
    public static final int KEPT = 256;

    private final String[] what = new String[KEPT];
    private final long[][] numbers = new long[KEPT][];
    private long count;

    private void note(String decision, long... values) {
        int i = (int) (count++ % KEPT);
        what[i] = decision;
        numbers[i] = values;
    }

    /** A line each, the last one at the end. */
    public String text() {
        StringBuilder out = new StringBuilder();
        for (long n = Math.max(0, count - KEPT); n < count; n++) {
            int i = (int) (n % KEPT);
            out.append(n).append(' ').append(what[i]);
            for (long number : numbers[i]) {
                out.append(' ').append(number);
            }
            out.append('\n');
        }
        return out.toString();
    }

    // ---- steps of reclaim

    @Override
    public void begin(@Nullable Memcg target) {
        note("reclaim begins, memcg", target == null ? 0 : target.id());
    }

    @Override
    public void ageing(long seq) {
        note("ageing after seq", seq);
    }

    @Override
    public void isolate(boolean file, int scanned, int taken) {
        note(file ? "isolate file, scanned taken" : "isolate anon, scanned taken", scanned, taken);
    }

    @Override
    public void shrink(long reclaimed, int scanned, long activated, long referencedKept, int priority) {
        note(
                "shrink, reclaimed scanned activated kept priority",
                reclaimed,
                scanned,
                activated,
                referencedKept,
                priority);
    }

    @Override
    public void end(long reclaimed) {
        note("reclaim ends, reclaimed", reclaimed);
    }

    // ---- pages

    @Override
    public void cameIn(int folio, int how) {
        note("page came in, folio how", folio, how);
    }

    @Override
    public void swappedOut(int folio, int pages, int slot) {
        note("swapped out, folio pages slot", folio, pages, slot);
    }

    @Override
    public void swappedIn(int slot, int folio) {
        note("swapped in, slot folio", slot, folio);
    }

    @Override
    public void deactivated(int folio) {
        note("deactivated, folio", folio);
    }

    @Override
    public void kept(int folio, int why) {
        note("kept, folio why", folio, why);
    }

    @Override
    public void unmapped(int folio, int space, long vpn, boolean young, int vmaFlags) {
        note("unmapped, folio space vpn young", folio, space, vpn, young ? 1 : 0);
    }

    @Override
    public void evicted(int folio, int pages, int by) {
        note("evicted, folio pages by", folio, pages, by);
    }

    @Override
    public void moved(int from, int to, int pages) {
        note("moved, from to pages", from, to, pages);
    }

    @Override
    public void discarded(int space, long vpn) {
        note("discarded, space vpn", space, vpn);
    }

    @Override
    public void dropped(int folio) {
        note("dropped from its file, folio", folio);
    }

    @Override
    public void faulted(int space, long vpn, int found, boolean major, int file, long index) {
        note("fault, space vpn found major file index", space, vpn, found, major ? 1 : 0, file, index);
    }
}
