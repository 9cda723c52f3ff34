package org.multigen.lab.trace.format;

import java.io.InputStream;

/**
 * Valgrind lackey's {@code --trace-mem=yes}: {@code I  ADDRESS,SIZE} for an instruction, {@code L}, {@code S} and {@code M} for a
 * load, a store, and one after the other. Lines of Valgrind itself, which begin with {@code ==} or {@code --}, are passed over.
 */
final class LackeyRecords extends LineReader {
    private static final String FORM = "I, L, S or M, then ADDRESS,SIZE";
    private static final long MOST = 1 << 20;

    LackeyRecords(InputStream in) {
        super(in);
    }

    @Override
    boolean parse(Access a) throws Malformed {
        int p = lines.skipBlanks(lines.from);
        if (p == lines.to || isTalk(p)) {
            return false;
        }
        int kind = lines.bytes[p];
        int address = lines.skipBlanks(p + 1);
        int comma = address;
        while (comma < lines.to && lines.bytes[comma] != ',') {
            comma++;
        }
        long at = lines.hexadecimal(address, comma);
        long size = comma < lines.to ? lines.decimal(comma + 1, lines.fieldEnd(comma + 1)) : -1;
        if (address == p + 1 || "ILSM".indexOf(kind) < 0 || at < 0 || size < 1 || size > MOST) {
            throw expected(FORM);
        }
        if (at + size > ADDRESS_END) {
            throw expected("an address below 2^47");
        }
        a.unit = at / PAGE;
        a.bytes = at % PAGE + size;
        a.write = kind == 'S' || kind == 'M';
        a.instructions = kind == 'I' ? 1 : 0;
        return true;
    }

    private boolean isTalk(int p) {
        byte[] b = lines.bytes;
        return lines.to - p >= 2 && b[p] == b[p + 1] && (b[p] == '=' || b[p] == '-' || b[p] == '*');
    }

    @Override
    public boolean isMemory() {
        return true;
    }

    @Override
    public int unitBytes() {
        return PAGE;
    }
}
