package org.multigen.lab.trace.format;

import java.io.InputStream;

/** {@code l|s 0xADDRESS [n]}: loads and stores of one program, with the instructions since the access before. */
final class AddressLines extends LineReader {
    private static final String FORM = "l|s 0xADDRESS [instructions] with an address below 2^47";

    AddressLines(InputStream in) {
        super(in);
        access().bytes = 1;
    }

    @Override
    boolean parse(Access a) throws Malformed {
        int p = lines.skipBlanks(lines.from);
        if (p == lines.to || lines.bytes[p] == '#') {
            return false;
        }
        int kind = lines.bytes[p] | 0x20;
        int end = lines.fieldEnd(p);
        int address = lines.skipBlanks(end);
        int addressEnd = lines.fieldEnd(address);
        long at = lines.hexadecimal(address, addressEnd);
        if (end != p + 1 || kind != 'l' && kind != 's' || at < 0 || at >= ADDRESS_END) {
            throw expected(FORM);
        }
        int count = lines.skipBlanks(addressEnd);
        int countEnd = lines.fieldEnd(count);
        a.instructions = count == lines.to ? 0 : lines.decimal(count, countEnd);
        if (a.instructions < 0 || lines.skipBlanks(countEnd) != lines.to) {
            throw expected(FORM);
        }
        a.unit = at / PAGE;
        a.write = kind == 's';
        return true;
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
