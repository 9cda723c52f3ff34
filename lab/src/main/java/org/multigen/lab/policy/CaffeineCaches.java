package org.multigen.lab.policy;

import com.github.benmanes.caffeine.cache.simulator.policy.Policy.KeyOnlyPolicy;
import com.github.benmanes.caffeine.cache.simulator.policy.adaptive.ArcPolicy;
import com.github.benmanes.caffeine.cache.simulator.policy.irr.LirsPolicy;
import com.github.benmanes.caffeine.cache.simulator.policy.sketch.WindowTinyLfuPolicy;
import com.github.benmanes.caffeine.cache.simulator.policy.sketch.WindowTinyLfuPolicy.WindowTinyLfuSettings;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;

/** Policies of the Caffeine simulator, with its default settings. */
final class CaffeineCaches {
    private static final double MAIN_SHARE = 0.99;

    private CaffeineCaches() {}

    static long arcMisses(References r, int capacity) {
        return misses(new ArcPolicy(config(capacity)), r);
    }

    static long lirsMisses(References r, int capacity) {
        return misses(new LirsPolicy(config(capacity)), r);
    }

    static long tinyLfuMisses(References r, int capacity) {
        return misses(new WindowTinyLfuPolicy(MAIN_SHARE, new WindowTinyLfuSettings(config(capacity))), r);
    }

    private static Config config(int capacity) {
        return ConfigFactory.load(CaffeineCaches.class.getClassLoader())
                .getConfig("caffeine.simulator")
                .withValue("maximum-size", ConfigValueFactory.fromAnyRef(capacity));
    }

    private static long misses(KeyOnlyPolicy policy, References r) {
        long free = 0;
        for (int i = 0; i < r.count(); i++) {
            long before = policy.stats().missCount();
            policy.record(r.block(i));
            if (r.free(i)) {
                free += policy.stats().missCount() - before;
            }
        }
        policy.finished();
        return policy.stats().missCount() - free;
    }
}
