package org.multigen.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.multigen.base.Actor;
import org.multigen.base.Cost;

class LockLineTest {
    private static final long EACH = 100;

    private static Actor actor(int id, long each) {
        long[] ns = new long[Cost.values().length];
        ns[Cost.GUEST_LOCK_LINE.ordinal()] = each;
        return new Actor("a" + id, id, 0, ns);
    }

    private static long fetches(Actor a) {
        return a.costEvents(Cost.GUEST_LOCK_LINE);
    }

    @Test
    void whoIsAloneKeepsTheLine() {
        LockLine line = new LockLine();
        Actor a = actor(0, EACH);
        for (int i = 0; i < 1000; i++) {
            line.use(a, true, a.clockNs());
            a.spend(1000);
        }
        assertThat(fetches(a)).isZero();
    }

    @Test
    void whoTakesTurnsFetchesItEachTime() {
        LockLine line = new LockLine();
        Actor a = actor(0, EACH);
        Actor b = actor(1, EACH);
        for (int i = 0; i < 1000; i++) {
            line.use(a, true, a.clockNs());
            line.use(b, true, b.clockNs());
            a.spend(10_000);
            b.spend(10_000);
        }
        assertThat(fetches(a) + fetches(b)).isBetween(1999L, 2050L);
    }

    /** Sixty-four CPUs that do little else: all of them together use the line once per fetch, whatever they share. */
    @Test
    void theLineMovesToOneCpuAtATime() {
        assertThat(roundNs(64, EACH)).isCloseTo(64 * EACH, within(64 * EACH / 10));
        assertThat(roundNs(64, EACH / 2)).isCloseTo(64 * EACH / 2, within(64 * EACH / 20));
        assertThat(roundNs(2, EACH)).isBetween(500L + EACH, 500 + 2 * EACH);
    }

    /** Time of a round in which each of so many CPUs computes for 500 ns and uses the line once. */
    private static long roundNs(int cpus, long each) {
        LockLine line = new LockLine();
        Actor[] actors = new Actor[cpus];
        for (int i = 0; i < cpus; i++) {
            actors[i] = actor(i, each);
        }
        int rounds = 2000;
        for (int n = 0; n < rounds * cpus; n++) {
            Actor next = actors[0];
            for (Actor a : actors) {
                next = a.clockNs() < next.clockNs() ? a : next;
            }
            line.use(next, true, next.clockNs());
            next.spend(500);
        }
        long sum = 0;
        for (Actor a : actors) {
            sum += a.clockNs();
        }
        return sum / cpus / rounds;
    }

    /** A pass that is simulated in one piece loses the line as often as the vCPUs, going on as they did, come in between. */
    @Test
    void aPassAheadOfTheVcpusLosesTheLineToThem() {
        LockLine line = new LockLine();
        Actor vcpu = actor(0, EACH);
        for (int i = 0; i < 400; i++) {
            line.use(vcpu, true, vcpu.clockNs());
            vcpu.spend(1000);
        }
        Actor ager = actor(1, EACH);
        ager.advanceTo(vcpu.clockNs());
        for (int i = 0; i < 1000; i++) {
            line.use(ager, false, vcpu.clockNs());
            ager.spend(200);
        }
        double expected = 1000 * (1 - Math.exp(-0.2));
        assertThat((double) fetches(ager)).isBetween(0.9 * expected, 1.4 * expected);
        long before = fetches(vcpu);
        for (int i = 0; i < 100; i++) {
            line.use(vcpu, true, vcpu.clockNs());
            vcpu.spend(1000);
        }
        assertThat(fetches(vcpu) - before).as("met by the vCPU").isBetween(90L, 130L);
    }
}
