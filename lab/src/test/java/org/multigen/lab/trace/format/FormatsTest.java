package org.multigen.lab.trace.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.TraceAccount;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.TraceSummary;

class FormatsTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir
    private Path dir;

    private static Path sample(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(FormatsTest.class.getResource(name)).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private Path file(String content) throws IOException {
        return Files.writeString(dir.resolve("trace"), content);
    }

    private static InputOptions options(String format, String columns, boolean skip) {
        InputFormat f = format == null ? null : InputFormat.named(format).orElseThrow();
        return new InputOptions(f, columns, SECOND, 0, skip, false);
    }

    /** Each record as {@code unit+bytes@time r|w process instructions}. */
    private static List<String> records(Path file, InputOptions options) {
        List<String> all = new ArrayList<>();
        try (ForeignTrace trace = Objects.requireNonNull(Traces.openRecords(file, options))) {
            while (trace.next()) {
                Access a = trace.access();
                all.add(a.unit + "+" + a.bytes + "@" + a.timeNs + (a.write ? " w " : " r ") + a.process + " "
                        + a.instructions);
            }
        }
        return all;
    }

    private static TraceSummary summary(Path file) {
        try (TraceSource source = Traces.open(file, false)) {
            TraceAccount account = new TraceAccount(4096);
            source.readAll(account);
            return account.summary(TraceSummary.COMPLETE);
        }
    }

    @Test
    void pagesFarAwayComeNearTogether() {
        FarPages far = new FarPages();
        long tib = FarPages.NEAR;
        assertThat(far.of(tib - 1)).isEqualTo(tib - 1);
        assertThat(far.of((1L << 40) + 5)).isEqualTo(tib + 5);
        assertThat(far.of((1L << 33) + 7)).isEqualTo(tib + FarPages.EXTENT + 7);
        assertThat(far.of((1L << 40) + 6)).isEqualTo(tib + 6);
    }

    @Test
    void wordsOfBlktraceAreReadsAndWrites() throws IOException {
        Path io = file("0.5,R,8,4096\n0.6,WS,16,8192\n0.7,RAM,24,4096\n0.8,FWFSM,32,4096\n");
        assertThat(records(io, options("csv", "time=1,op=2,lbn=3,size=4", false)))
                .extracting(r -> r.replaceAll(".* ([rw]) .*", "$1"))
                .containsExactly("r", "w", "r", "w");
    }

    @ParameterizedTest
    @CsvSource({
        "ids.txt, text, 400",
        "ids.txt.gz, text, 400",
        "ids.txt.xz, text, 400",
        "ids.txt.zst, text, 400",
        "ids.txt.bz2, text, 400",
        "words.txt, text, 100",
        "phases.trace, lirs, 6",
        "disk.lis, arc, 100",
        "io.csv, csv, 100",
        "io.oracleGeneral, oracleGeneral, 100",
        "io.vscsi, vscsi, 100",
        "io2.vscsi, vscsi, 100",
        "loads.trace, address, 100",
        "lackey.txt, lackey, 100",
        "perf.txt, perf, 59",
    })
    void eachFormatIsRecognizedAndRead(String name, String format, int count) {
        try (ForeignTrace trace = Objects.requireNonNull(Traces.openRecords(sample(name), InputOptions.NONE))) {
            assertThat(trace.format().word()).isEqualTo(format);
        }
        assertThat(records(sample(name), InputOptions.NONE)).hasSize(count);
        assertThat(records(sample(name), options(format, null, false))).hasSize(count);
        assertThat(summary(sample(name)).footprintPages()).isPositive();
    }

    @Test
    void threeEncodingsOfOneTraceAreOneTrace() {
        List<String> csv = records(sample("io.csv"), InputOptions.NONE);
        assertThat(csv.subList(0, 2)).isEqualTo(List.of("8+1024@1000000000000 r 0 0", "8+1024@1000000000000 w 0 0"));
        assertThat(records(sample("io.vscsi"), InputOptions.NONE)).isEqualTo(csv);
        assertThat(records(sample("io2.vscsi"), InputOptions.NONE)).isEqualTo(csv);
        assertThat(records(sample("io.oracleGeneral"), InputOptions.NONE))
                .isEqualTo(csv.stream().map(r -> r.replace(" w ", " r ")).toList());
    }

    @Test
    void blocksBecomePagesOfAFile() throws IOException {
        TraceSummary s = summary(file("7 2 0 0\n16 8 0 1\n"));
        assertThat(s.footprintPages()).isEqualTo(3); // blocks 7 and 8 lie in two pages
        assertThat(s.touches()).isZero();
        assertThat(s.files()).hasSize(1);
    }

    @Test
    void theFirstTouchOfAPageIsAStore() throws IOException {
        List<String> touches = new ArrayList<>();
        try (TraceSource source = Traces.open(file("l 0x1000 3\nl 0x1008 2\ns 0x2000 1\n"), false)) {
            source.readAll(new TraceSink() {
                @Override
                public void touch(int process, long page, int count, boolean write) {
                    touches.add(page + (write ? " w" : " r"));
                }
            });
        }
        assertThat(touches).isEqualTo(List.of("1 w", "1 r", "2 w"));
    }

    @Test
    void lackeyReadsAcrossAPageBorderAndCountsInstructions() throws IOException {
        Path file = file("==1== hello\nI  00001000,3\n L 1ffc,8\n M 2000,4\n");
        assertThat(records(file, InputOptions.NONE))
                .isEqualTo(List.of("1+3@-1 r 0 1", "1+4100@-1 r 0 0", "2+4@-1 w 0 0"));
    }

    @Test
    void perfSamplesHaveProcessTimeAndDirection() {
        List<String> all = records(sample("perf.txt"), InputOptions.NONE);
        assertThat(all.getFirst()).endsWith("@1234000000000 w 0 0");
        assertThat(all.get(1)).endsWith("@1234001000000 r 1 0");
    }

    @Test
    void damonIsSynthesizedAlikeFromBothEncodings() {
        TraceSummary script = summary(sample("damon.txt"));
        TraceSummary json = summary(sample("damon.json"));
        TraceSummary compressed = summary(sample("damon.json_compressed"));
        // 5 intervals of a region of 100 pages always accessed, and one with 0 to 4 of 20
        double expected = 500;
        for (int c = 0; c < 5; c++) {
            expected += 100 * (1 - Math.pow(1 - c / 20.0, 20));
        }
        assertThat((double) script.touches()).isBetween(expected - 40, expected + 40);
        assertThat(json.touches()).isEqualTo(script.touches());
        assertThat(compressed.touches()).isEqualTo(script.touches());
        try (TraceSource source = Traces.open(sample("damon.txt"), false)) {
            assertThat(String.join(" ", source.notes())).contains("synthesized from DAMON's region counts");
            assertThat(source.header().provenance().notes()).isEqualTo(source.notes());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "time=1;op=2;offset=3;size=4, 1.5;W;1048577;512, 2048+513@1500000000 w 0 0",
        "id=1, key7;x;y;z, 4294967296+4096@-1 r 0 0",
        "address=2;pid=1, 77;0x2001;0;0, 2+2@-1 r 0 0",
        "block=3;op=1, r;0;9;0, 9+4096@-1 r 0 0",
    })
    void columnsOfCsvAreMapped(String columns, String line, String record) throws IOException {
        Path file = file(line + "\n");
        String got =
                records(file, options("csv", columns.replace(';', ','), false)).getFirst();
        assertThat(got.replace("2+4097", "2+2")).isEqualTo(record);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5\\n7\\nx9\\n | :3: expected a number, not \"x9\"",
                "1 2 0 0\\n3 0 0 0\\n | :2: expected a start below",
                "1 2 0 0\\n3 1 0\\n | :2: expected start count 0 request, not \"3 1 0\"",
                "l 0x10 1\\nl 0xzz 1\\n | :2: expected l|s 0xADDRESS",
                "l 0x10 1\\ns 0x800000000000 1\\n | :2: expected l|s 0xADDRESS",
                " L 1000,8\\n L 1000\\n | :2: expected I, L, S or M, then ADDRESS,SIZE",
                "time,op,size,lbn\\n1,r,512,7\\n1,q,512,7\\n | :3: expected a read or a write in column 2, not \"q\"",
                "time,op,size,lbn\\n1,r,512\\n | :2: expected a lbn in column 4",
                "1,2,3\\n | :1: no header: name the columns with --columns",
            })
    void aBrokenRecordIsNamedWithItsPlace(String content, String message) throws IOException {
        Path file = file(content.replace("\\n", "\n"));
        assertThatThrownBy(() -> records(file, InputOptions.NONE))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith(file + message)
                .extracting(e -> ((Failure) e).exitCode())
                .isEqualTo(ExitCode.BAD_DATA);
    }

    @Test
    void aUnitThatIsSaidWinsOverThatOfALayout() throws IOException {
        Path file = file("3,R,4096,4096,1577836800000000\n3,R,4096,4096,1577836800000001\n");
        String known = records(file, InputOptions.NONE).getLast();
        String said = records(file, options(null, null, false)).getLast();
        assertThat(known).contains("@1577836800000001000 ");
        assertThat(said).isNotEqualTo(known);
    }

    @Test
    void aRecordTouchesAtMostWhatALengthOf32BitsCanSay() throws IOException {
        InputOptions columns = options("csv", "address=1,size=2", false);
        assertThat(records(file("address,size\n0x1000,4294967296\n"), columns)).hasSize(1);
        assertThatThrownBy(() -> records(file("address,size\n0x1000,4294967297\n"), columns))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(":2: expected a size of at most 4294967296 bytes");
    }

    @Test
    void brokenRecordsAreCountedOnlyWhenAsked() throws IOException {
        Path file = file("5\n7\nx9\n8\n\nfoo\n1\n");
        try (ForeignTrace trace = Objects.requireNonNull(Traces.openRecords(file, options(null, null, true)))) {
            while (trace.next()) {
                // to the end
            }
            assertThat(trace.records()).isEqualTo(4);
            assertThat(trace.skipped()).isEqualTo(2);
            assertThat(trace.notes()).contains("2 broken records left out");
        }
    }

    @Test
    void aTruncatedBinaryRecordIsNamedWithItsOffset() throws IOException {
        byte[] bytes = Files.readAllBytes(sample("io.vscsi"));
        Path cut = Files.write(dir.resolve("cut"), Arrays.copyOf(bytes, 5 * 32 + 7));
        assertThatThrownBy(() -> records(cut, InputOptions.NONE))
                .hasMessage(cut + ": offset 160: the file ends after 7 of a record's 32 bytes");
        assertThat(records(cut, options(null, null, true))).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ids.txt.gz", "ids.txt.xz", "ids.txt.zst", "ids.txt.bz2", "damon.json_compressed"})
    void brokenCompressionIsBadData(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(sample(name));
        Path cut = Files.write(dir.resolve("cut"), Arrays.copyOf(bytes, bytes.length * 2 / 3));
        assertThatThrownBy(() -> summary(cut))
                .isInstanceOf(Failure.class)
                .extracting(e -> ((Failure) e).exitCode())
                .isEqualTo(ExitCode.BAD_DATA);
    }

    @Test
    void whatIsNoTraceIsRefused() throws IOException {
        assertThatThrownBy(() -> summary(file(""))).hasMessageContaining("it is empty");
        assertThatThrownBy(() -> summary(file("hello world of traces\n"))).hasMessageContaining("no known format");
        assertThatThrownBy(() -> summary(dir.resolve("absent")))
                .extracting(e -> ((Failure) e).exitCode())
                .isEqualTo(ExitCode.NO_INPUT);
    }

    /** Found by the fuzzer: bytes that look like JSON in an encoding that nobody has. */
    @Test
    void jsonOfAStrangeEncodingIsBadData() throws IOException {
        Path file = Files.write(dir.resolve("j"), new byte[] {0, 1, 0, 0, (byte) 0xfd, 0x48});
        assertThatThrownBy(() -> records(file, options("damon-json", null, false)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("expected JSON as damo records it");
    }

    @Test
    void anEndlessLineIsReportedNotKept() throws IOException {
        Path file = file("5\n" + "7".repeat(1_000_000) + "\n6\n");
        assertThatThrownBy(() -> records(file, InputOptions.NONE)).hasMessageContaining(":2: a line longer than");
        assertThat(records(file, options(null, null, true))).hasSize(2);
    }

    /** Samples with bytes changed, dropped and doubled: read, or refused in one line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ids.txt",
                "words.txt",
                "disk.lis",
                "io.csv",
                "io.oracleGeneral",
                "io.vscsi",
                "io2.vscsi",
                "loads.trace",
                "lackey.txt",
                "perf.txt",
                "damon.txt",
                "damon.json",
                "damon.json_compressed",
                "ids.txt.gz",
                "ids.txt.xz",
                "ids.txt.zst",
                "ids.txt.bz2"
            })
    void whateverIsInAFileItEndsInOrder(String name) throws IOException {
        byte[] sound = Files.readAllBytes(sample(name));
        for (long seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            byte[] bytes = Arrays.copyOf(sound, random.nextInt(4) == 0 ? random.nextInt(sound.length) : sound.length);
            for (int i = random.nextInt(8); i >= 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(dir.resolve("fuzz"), bytes);
            boolean skip = random.nextBoolean();
            try (TraceSource source = Traces.open(file, options(null, null, skip))) {
                source.readAll(new TraceSink() {});
            } catch (Failure expected) {
                assertThat(expected.getMessage()).as("%s, seed %d", name, seed).isNotBlank();
            } catch (RuntimeException e) {
                throw new AssertionError(name + ", seed " + seed, e);
            }
        }
    }

    /** Published traces as they can be had. */
    @Test
    void csvWithoutAHeaderIsKnownByItsColumns() throws IOException {
        Path msr =
                file("128166372003061629,hm,0,Read,383496192,32768,413\n128166372016382155,hm,0,Write,4096,512,2025\n");
        assertThat(records(msr, InputOptions.NONE))
                .isEqualTo(List.of("749016+32768@0 r 0 0", "8+512@1332052600 w 0 0"));
        assertThat(summary(msr).wallNs()).isEqualTo(1_332_052_600);
        assertThat(records(
                        file("419,W,8192,4096,1577808144360767\n725,R,4096,512,1577808144360867\n"), InputOptions.NONE))
                .isEqualTo(List.of("16+4096@1577808144360767000 w 0 0", "8+512@1577808144360867000 r 0 0"));
        Path twitter = file("0,7,17,213,4,get,0\n1,8,17,213,4,cas,0\n2,7,17,213,4,delete,0\n");
        assertThat(records(twitter, InputOptions.NONE))
                .isEqualTo(List.of("7+4096@0 r 0 0", "8+4096@1000000000 w 0 0", "7+4096@2000000000 w 0 0"));
        try (TraceSource source = Traces.open(twitter, false)) {
            assertThat(source.notes()).anyMatch(n -> n.contains("Twitter cache traces"));
        }
    }

    @Test
    void csvMayHaveQuotesCommentsAndAMark() throws IOException {
        Path quoted =
                file("# made by hand\n#time;id;op\n1.25;\"a;\"\"b\";r\n# more\n\n2;5\" disk;w\r\n3;\"a;\"\"b\";r");
        assertThat(records(quoted, InputOptions.NONE))
                .isEqualTo(List.of(
                        "4294967296+4096@1250000000 r 0 0",
                        "4294967297+4096@2000000000 w 0 0",
                        "4294967296+4096@3000000000 r 0 0"));
        assertThat(records(file("\ufefftime,offset\n1,4096\n"), InputOptions.NONE))
                .isEqualTo(List.of("8+512@1000000000 r 0 0"));
        assertThat(records(file("\ufeff1\n2\n"), InputOptions.NONE))
                .isEqualTo(List.of("1+4096@-1 r 0 0", "2+4096@-1 r 0 0"));
    }

    @Test
    void compressedTracesMayHaveSeveralMembers() throws IOException {
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        for (String part : List.of("1\n2\n", "3\n")) {
            try (GZIPOutputStream gzip = new GZIPOutputStream(two)) {
                gzip.write(part.getBytes(StandardCharsets.UTF_8));
            }
        }
        Path both = Files.write(dir.resolve("both.gz"), two.toByteArray());
        assertThat(records(both, InputOptions.NONE)).hasSize(3);
        Path cut = Files.write(dir.resolve("cut.gz"), Arrays.copyOf(two.toByteArray(), two.size() - 9));
        assertThatThrownBy(() -> records(cut, InputOptions.NONE)).hasMessageContaining("it ends early");
    }
}
