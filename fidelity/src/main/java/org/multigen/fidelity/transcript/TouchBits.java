package org.multigen.fidelity.transcript;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** MISS and RES lines, which precede the answer of their run. */
final class TouchBits {
    private byte[] misses = new byte[0];
    private byte[] resident = new byte[0];

    void add(String line) {
        String[] w = line.split(" +");
        int first = Integer.parseInt(w[1]) / 8;
        byte[] bytes = HexFormat.of().parseHex(w[2]);
        if (w[0].equals("MISS")) {
            misses = put(misses, first, bytes);
        } else {
            resident = put(resident, first, bytes);
        }
    }

    Statement.@Nullable TouchLog take() {
        if (misses.length == 0 && resident.length == 0) {
            return null;
        }
        Statement.TouchLog log = new Statement.TouchLog(misses, misses.length, resident, resident.length);
        misses = new byte[0];
        resident = new byte[0];
        return log;
    }

    private static byte[] put(byte[] to, int first, byte[] bytes) {
        byte[] grown = Arrays.copyOf(to, Math.max(to.length, first + bytes.length));
        System.arraycopy(bytes, 0, grown, first, bytes.length);
        return grown;
    }
}
