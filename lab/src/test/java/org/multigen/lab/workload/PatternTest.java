package org.multigen.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multigen.lab.workload.Pattern.Kind;

/** The streams equal those that the kernels were recorded with. */
final class PatternTest {
    private static final int CHECKED = 100_000;

    record Golden(Pattern pattern, String sha256) {}

    static List<Golden> goldens() throws Exception {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(PatternTest.class.getResourceAsStream("patterns.tsv"), StandardCharsets.UTF_8))) {
            return in.lines()
                    .filter(l -> !l.startsWith("#"))
                    .map(PatternTest::golden)
                    .toList();
        }
    }

    private static Golden golden(String line) {
        String[] f = line.split("\t", -1);
        Pattern p = new Pattern(
                Kind.named(f[0]).orElseThrow(),
                Long.parseLong(f[1]),
                Long.parseLong(f[2]),
                Long.parseUnsignedLong(f[3]),
                Double.parseDouble(f[4]),
                Double.parseDouble(f[5]),
                Double.parseDouble(f[6]),
                f[7].equals("1"));
        return new Golden(p, f[8]);
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void streamEqualsGolden(Golden golden) throws Exception {
        Pattern p = golden.pattern();
        int n = (int) Math.min(CHECKED, p.touches());
        ByteBuffer bytes = ByteBuffer.allocate(n * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        PageStream pages = p.start();
        for (int i = 0; i < n; i++) {
            bytes.putInt((int) pages.next());
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
        assertThat(HexFormat.of().formatHex(digest)).isEqualTo(golden.sha256());
    }

    @Test
    void everyKindHasGoldens() throws Exception {
        assertThat(goldens().stream().map(g -> g.pattern().kind()).distinct()).containsExactlyInAnyOrder(Kind.values());
        assertThat(goldens().stream().filter(g -> g.pattern().scatter())).hasSizeGreaterThan(5);
    }

    @Test
    void refusesPatternsWithoutColdPage() {
        assertThatThrownBy(() -> Pattern.of(Kind.SCANHOT, 16, 1).withHot(1, 0.5))
                .hasMessageContaining("cold page");
        assertThatThrownBy(() -> Pattern.of(Kind.UNIFORM, 0, 1)).hasMessageContaining("pages");
        assertThatThrownBy(() -> Pattern.of(Kind.ZIPF, 1, 1).withZipf(-1, false))
                .hasMessageContaining("theta");
    }
}
