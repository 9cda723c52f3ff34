package org.multigen.fidelity.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.multigen.lab.failure.Failure;

class TranscriptParserTest {
    private static final Path DATA = Path.of("src/test/resources/transcripts");
    private static final Path SAMPLES = Path.of("src/test/resources/samples");
    private static final String HEADER = """
            #FORMAT 2
            #KIND exact
            #KERNEL 6.12.117+deb12-cloud-amd64 CMDLINE console=ttyS0 fs=1
            #ZONE node0/DMA32 managed=115169 min=659 low=823 high=987
            #LRU_GEN enabled=0x0007 min_ttl_ms=0
            """;

    @Test
    void everyRecordingIsUnderstoodCompletely() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Stream.concat(Files.walk(DATA), Files.walk(SAMPLES))) {
            files = all.filter(p -> p.toString().endsWith(".txt")).toList();
        }
        assertThat(files).hasSizeGreaterThan(10);
        for (Path file : files) {
            Transcript t = TranscriptParser.read(file);
            assertThat(t.complete()).as("%s", file).isTrue();
            assertThat(t.header().release())
                    .startsWith(String.valueOf(file.getParent().getFileName()));
            assertThat(t.statements()).as("%s", file).hasSizeGreaterThan(8);
        }
    }

    @Test
    void aDumpOfTheOldKernelHasSixStatisticsWhereItPrintsLetters() {
        Transcript t = TranscriptParser.read(DATA.resolve("6.1/a_fs1_nolock.txt"));
        Statement.Dump first = dump(t, "filled");
        assertThat(first.parsed().walks().keySet()).containsExactly('L', 'O', 'Y', 'N', 'F', 'A');
        assertThat(first.parsed().nodes().getFirst().generations()).hasSize(4);
        assertThat(first.parsed().nodes().getFirst().pages(false)).isEqualTo(16384 + 13);
    }

    @Test
    void aDumpOfANewerKernelHasFourStatisticsAndStaleMarks() {
        Transcript t = TranscriptParser.read(DATA.resolve("6.12/p_zipf_64M_s1_en1.txt"));
        LruGenDump last = dump(t, "final").parsed();
        assertThat(last.path()).isEqualTo("/A");
        assertThat(last.walks().keySet()).containsExactly('T', 'Y', 'F', 'A');
        assertThat(last.nodes().getFirst().generations().getFirst().tiers()).hasSize(4);
    }

    @Test
    void theTouchLogBelongsToTheRunThatFollows() {
        Transcript t = TranscriptParser.read(DATA.resolve("6.12/p_zipf_64M_s1_en1.txt"));
        Statement.Operation run = t.statements().stream()
                .filter(Statement.Operation.class::isInstance)
                .map(Statement.Operation.class::cast)
                .filter(o -> o.command() instanceof ProcessCommand.Run)
                .findFirst()
                .orElseThrow();
        assertThat(run.log()).isNotNull();
        assertThat(run.log().missBytes()).isEqualTo(150_000 / 8);
        assertThat(run.log().residentBytes()).isEqualTo(49_152 / 8);
        int misses = 0;
        for (byte b : run.log().misses()) {
            misses += Integer.bitCount(b & 0xff);
        }
        assertThat(run.answer()).contains("run_maj=" + misses + " ");
    }

    @Test
    void tolerancesOfEveryForm() {
        Kind kind =
                Kind.parse("statistical pgmajfault=-13%..+1% pgscan=+-35% scanned_share=+-10pp outcome=killed_or_not");
        assertThat(kind.tolerances().get("pgmajfault")).isEqualTo(new Tolerance.Band(-13, 1, "-13%..+1%"));
        assertThat(((Tolerance.Band) kind.tolerances().get("pgmajfault")).holds(87, 100))
                .isTrue();
        assertThat(((Tolerance.Band) kind.tolerances().get("pgmajfault")).holds(102, 100))
                .isFalse();
        assertThat(((Tolerance.Points) kind.tolerances().get("scanned_share")).holds(0.30, 0.41))
                .isFalse();
        assertThat(kind.type()).isEqualTo(Kind.Type.STATISTICAL);
        assertThat(Kind.parse("metadata file_pages=40").filePages()).isEqualTo(40);
    }

    @Test
    void anUnknownStatementIsNamedWithItsLine() {
        assertBad(HEADER + "#FROB A 3 @10\n", "x.txt:6", "#FROB");
    }

    @Test
    void anUnknownCommandIsNamedWithItsLine() {
        assertBad(HEADER + "#START x cg=A own=locked @1\n#P x: frob r 3 -> ok @10\n", "x.txt:7", "frob");
    }

    @Test
    void anUnknownToleranceIsNamed() {
        assertBad(HEADER.replace("#KIND exact", "#KIND statistical pgscan=roughly"), "x.txt:2", "roughly");
    }

    @Test
    void messagesOfTheShellAndCommentsAreSkipped() {
        Transcript t =
                parse(HEADER + "# no kprobe\nsh: write error: Invalid argument\n#EVICT A [- 2 0 3 200 9] FAILED @3\n");
        assertThat(t.statements()).containsExactly(new Statement.Command(8, "A", "- 2 0 3 200 9", false));
    }

    @Test
    void aCutTailLosesOnlyWhatIsUnfinished() throws IOException {
        String text = Files.readString(DATA.resolve("6.12/a_fs1_en1.txt"));
        Transcript whole = parse(text);
        for (int cut = text.indexOf("#START"); cut < text.length(); cut += 613) {
            Transcript part = parse(text.substring(0, cut));
            int kept = part.statements().size();
            assertThat(part.statements().equals(whole.statements().subList(0, kept)))
                    .as("cut at %d", cut)
                    .isTrue();
        }
    }

    @Test
    void addressesAndDefaultsOfCommands() {
        assertThat(CommandParser.parse("anon r 16 0x20000000"))
                .isEqualTo(new ProcessCommand.MapAnonymous("r", 16, 0x20000000L));
        assertThat(CommandParser.parse("t r"))
                .isEqualTo(new ProcessCommand.Touch("r", 0, ProcessCommand.WHOLE, 1, true, false));
        assertThat(CommandParser.parse("run pages=4 touches=9"))
                .isEqualTo(new ProcessCommand.Run(Map.of("pages", "4", "touches", "9")));
    }

    private static Statement.Dump dump(Transcript t, String label) {
        return t.statements().stream()
                .filter(Statement.Dump.class::isInstance)
                .map(Statement.Dump.class::cast)
                .filter(d -> d.full() && d.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    private static Transcript parse(String text) {
        return TranscriptParser.parse(Path.of("x.txt"), text);
    }

    private static void assertBad(String text, String where, String what) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(where)
                .hasMessageContaining(what);
    }
}
