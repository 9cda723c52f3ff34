package org.multigen.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;

/**
 * Does ageing see what a guest touches? A guest touches all, half or none of its memory between ageings. With a policy that covers
 * it, after as many ageings as the kernel needs sightings, at least 90 % of the touched pages are in the two youngest generations
 * and at least 90 % of the untouched ones are not; else it is blind: touched pages sink like the others. Kernel:
 * tools/testing/selftests/kvm/access_tracking_perf_test.c.
 */
class AccessTrackingTest {
    private static final int PAGES = 4096;

    static List<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (String kernel : List.of("v10", "6.1", "6.12", "6.18", "7.2")) {
            for (AgingPolicy policy : AgingPolicy.values()) {
                for (Arch arch : Arch.values()) {
                    for (int touched : List.of(0, PAGES / 2, PAGES)) {
                        cases.add(Arguments.of(kernel, policy, arch, touched));
                    }
                }
            }
        }
        return cases;
    }

    /** Where strict expectations apply: the table of docs/secondary-mmus.md, for guests whose lock allows the policy. */
    private static boolean strict(KernelRules kernel, AgingPolicy policy, Arch arch) {
        return switch (policy) {
            case EVICTION_ONLY -> false;
            case LANDED -> kernel.walkAsksSecondaryMmu();
            case V3 -> arch == Arch.X86_64;
            case V2, V4, FAST_ONLY -> true;
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void touchedPagesStayYoungWherePolicyCoversTheGuest(String kernel, AgingPolicy policy, Arch arch, int n) {
        KernelRules rules = Kernels.find(kernel);
        GuestSettings s =
                GuestSettings.of("g", PAGES, arch, LockDiscipline.LOCKLESS).tlb(16);
        try (GuestWorld w = new GuestWorld(kernel, policy, s)) {
            run(w, rules, n);
            if (n > 0 && strict(rules, policy, arch)) {
                assertThat(w.young(0, n))
                        .as("touched pages in the two youngest")
                        .isGreaterThanOrEqualTo(0.9);
            } else if (n > 0) {
                assertThat(w.young(0, n))
                        .as("blind: touched pages in the two youngest")
                        .isLessThanOrEqualTo(0.1);
            }
            if (n < PAGES) {
                assertThat(w.young(n, PAGES))
                        .as("untouched pages in the two youngest")
                        .isLessThanOrEqualTo(0.1);
            }
        }
    }

    /** As {@link #touchedPagesStayYoungWherePolicyCoversTheGuest} with every lock. */
    @ParameterizedTest
    @MethodSource("locks")
    void everyLockSeesTheSame(LockDiscipline lock, AgingPolicy policy) {
        try (GuestWorld w = new GuestWorld("6.18", policy, GuestWorld.settings(PAGES, lock))) {
            run(w, Kernels.find("6.18"), PAGES / 2);
            assertThat(w.young(0, PAGES / 2)).isGreaterThanOrEqualTo(0.9);
            assertThat(w.young(PAGES / 2, PAGES)).isLessThanOrEqualTo(0.1);
        }
    }

    static List<Arguments> locks() {
        List<Arguments> cases = new ArrayList<>();
        for (LockDiscipline lock : LockDiscipline.values()) {
            cases.add(Arguments.of(lock, AgingPolicy.LANDED));
            cases.add(Arguments.of(lock, AgingPolicy.V4));
        }
        cases.add(Arguments.of(LockDiscipline.ENTRY_BIT, AgingPolicy.V2));
        return cases;
    }

    /** A hook that gives up while vCPUs fault sees most, not all: strict expectations do not apply. */
    @Test
    void aHookThatGivesUpSeesMostOfWhatIsTouched() {
        GuestSettings s = GuestWorld.settings(PAGES, LockDiscipline.TRY_LOCK);
        try (GuestWorld w = new GuestWorld("6.18", AgingPolicy.FAST_ONLY, s)) {
            run(w, Kernels.find("6.18"), PAGES / 2);
            assertThat(w.guest.mmu().counters().gaveUp()).isGreaterThan(0);
            assertThat(w.young(0, PAGES / 2)).isBetween(0.5, 1.0);
            assertThat(w.young(PAGES / 2, PAGES)).isLessThanOrEqualTo(0.1);
        }
    }

    @Test
    void withoutTheFeatureBitV4IsBlind() throws Exception {
        try (GuestWorld w =
                new GuestWorld("6.18", AgingPolicy.V4, GuestWorld.settings(PAGES, LockDiscipline.LOCKLESS))) {
            assertThat(w.machine.lruGen().enabled()).isEqualTo("0x000f");
            w.machine.lruGen().setEnabled("7");
            assertThat(w.machine.lruGen().enabled()).isEqualTo("0x0007");
            run(w, Kernels.find("6.18"), PAGES / 2);
            assertThat(w.young(0, PAGES / 2)).isLessThanOrEqualTo(0.1);
            w.machine.lruGen().setEnabled("y");
            assertThat(w.machine.lruGen().enabled()).isEqualTo("0x000f");
        }
    }

    @Test
    void otherPoliciesHaveNoFeatureBit() throws Exception {
        try (GuestWorld w =
                new GuestWorld("6.18", AgingPolicy.LANDED, GuestWorld.settings(64, LockDiscipline.LOCKLESS))) {
            w.machine.lruGen().setEnabled("0xf");
            assertThat(w.machine.lruGen().enabled()).isEqualTo("0x0007");
        }
    }

    @Test
    void aGuestWithoutHardwareAccessedBitsIsSeenToo() {
        GuestSettings s = GuestWorld.settings(PAGES, LockDiscipline.LOCKLESS).withoutAccessedBits();
        try (GuestWorld w = new GuestWorld("6.18", AgingPolicy.LANDED, s)) {
            run(w, Kernels.find("6.18"), PAGES / 2);
            assertThat(w.young(0, PAGES / 2)).isGreaterThanOrEqualTo(0.9);
            assertThat(w.young(PAGES / 2, PAGES)).isLessThanOrEqualTo(0.1);
            assertThat(w.guest.mmu().counters().restored()).isGreaterThan(0);
        }
    }

    @Test
    void aNestedGuestIsSeenOnlyIfItsShadowTablesAreAged() {
        for (boolean age : new boolean[] {true, false}) {
            GuestSettings s =
                    GuestWorld.settings(PAGES, LockDiscipline.LOCKLESS).nested(0, PAGES, age);
            try (GuestWorld w = new GuestWorld("6.18", AgingPolicy.LANDED, s)) {
                run(w, Kernels.find("6.18"), PAGES / 2);
                double touched = w.young(0, PAGES / 2);
                if (age) {
                    assertThat(touched).isGreaterThanOrEqualTo(0.9);
                } else {
                    assertThat(touched).isLessThanOrEqualTo(0.1);
                }
            }
        }
    }

    private static void run(GuestWorld w, KernelRules rules, int touched) {
        int sightings = rules.promotion() == KernelRules.Promotion.TWO_SIGHTINGS ? 2 : 1;
        w.touchAll(true);
        w.age();
        for (int i = 0; i < sightings + 1; i++) {
            w.touch(0, touched, false);
            w.guest.ran();
            w.age();
        }
    }
}
