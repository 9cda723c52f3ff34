package org.multigen.lab.experiment;

import org.multigen.lab.scenario.Plan;
import org.multigen.machine.CostModel;

/**
 * What compressing and decompressing a page costs by algorithm. The model's own figures are those of lzo-rle; sources as for
 * them.
 */
final class SwapCosts {
    private static final String READ = "swap_read";
    private static final String WRITE = "swap_write";

    private SwapCosts() {}

    static CostModel of(Plan.Swap swap, CostModel model) {
        if (!swap.kind().equals("zram")) {
            return model;
        }
        return switch (swap.algorithm()) {
            case "lz4" -> model.with(READ, 1700).with(WRITE, 5000);
            case "lzo" -> model.with(READ, 2400).with(WRITE, 5500);
            case "zstd" -> model.with(READ, 5700).with(WRITE, 11_000);
            default -> model;
        };
    }
}
