package org.multigen.fidelity.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.multigen.fidelity.transcript.Header;
import org.multigen.fidelity.transcript.Kind;
import org.multigen.fidelity.transcript.LruGenDump;
import org.multigen.fidelity.transcript.Statement;
import org.multigen.fidelity.transcript.Transcript;
import org.multigen.fidelity.transcript.TranscriptParser;

class JudgeTest {
    private static final Path DATA = Path.of("src/test/resources/transcripts");
    private static final String EXACT = "6.12/a_fs1_en1.txt";
    private static final String METADATA = "6.18/tiers2.txt";

    @Test
    void theRecordingItselfPasses() {
        Verdict v = judge(EXACT, g -> g);
        assertThat(v.pass()).isTrue();
        assertThat(v.dumps()).isEqualTo(v.equal()).isGreaterThan(8);
        assertThat(v.largest()).isNull();
    }

    @Test
    void onePageTooManyFailsAnExactRecording() {
        Verdict v = judge(EXACT, g -> g.seq() == 5 ? with(g, g.anon() + 1, g.file()) : g);
        assertThat(v.pass()).isFalse();
        assertThat(v.equal()).isLessThan(v.dumps());
        assertThat(v.largest()).isNotNull();
        assertThat(v.largest().pages()).isEqualTo(1);
        assertThat(v.firstDifference()).isNotNull();
        assertThat(v.checks().getFirst().figure()).isEqualTo("anonymous pages");
    }

    @Test
    void filePagesMayDifferByTheAllowanceOnly() {
        assertThat(judge(METADATA, g -> g.seq() == 0 ? with(g, g.anon(), g.file() + 40) : g)
                        .pass())
                .isTrue();
        assertThat(judge(METADATA, g -> g.seq() == 0 ? with(g, g.anon(), g.file() + 41) : g)
                        .pass())
                .isFalse();
        assertThat(judge(METADATA, g -> g.seq() == 0 ? with(g, g.anon() + 1, g.file()) : g)
                        .pass())
                .isFalse();
    }

    @Test
    void theAllowanceHoldsForTheSumToo() {
        Verdict v = judge(METADATA, g -> g.seq() <= 3 ? with(g, g.anon(), g.file() + 21) : g);
        assertThat(v.pass()).isFalse();
    }

    @Test
    void aMissingGenerationIsADifference() {
        Transcript t = TranscriptParser.read(DATA.resolve(EXACT));
        List<Observation> observations = new ArrayList<>();
        for (Statement.Dump d : dumps(t)) {
            LruGenDump.Node node = d.parsed().nodes().getFirst();
            LruGenDump ours = new LruGenDump(
                    2,
                    "/A",
                    List.of(new LruGenDump.Node(
                            0, node.generations().subList(0, node.generations().size() - 1))));
            observations.add(new Observation.DumpPair(d, ours, "", true));
        }
        assertThat(judge(t.header(), observations).checks())
                .extracting(Check::figure)
                .contains("generations");
    }

    @Test
    void statisticsOfWalksAreComparedAsDifferences() {
        Transcript t = TranscriptParser.read(Path.of("src/test/resources/transcripts/6.12/l_fs0.txt"));
        List<Statement.Dump> dumps = dumps(t);
        List<Observation> shifted = new ArrayList<>();
        for (Statement.Dump d : dumps) {
            shifted.add(new Observation.DumpPair(d, walks(d.parsed(), 7), "", true));
        }
        Verdict v = judge(t.header(), shifted);
        assertThat(v.equal()).as("only the first dump differs").isEqualTo(v.dumps() - 1);
    }

    @Test
    void unsettledDumpsAreNotJudged() {
        Transcript t = TranscriptParser.read(DATA.resolve(EXACT));
        Statement.Dump d = dumps(t).get(1);
        LruGenDump none = new LruGenDump(2, "/A", List.of());
        Verdict v = judge(t.header(), List.of(new Observation.DumpPair(d, none, "", false)));
        assertThat(v.pass()).isTrue();
        assertThat(v.dumps()).isZero();
    }

    @Test
    void aRefusedCommandMustBeRefused() {
        Header header = TranscriptParser.read(DATA.resolve(EXACT)).header();
        Observation refused = new Observation.Acceptance(9, "A [+ 2 0 3 1 0]", false, true, null, false);
        assertThat(judge(header, List.of(refused)).pass()).isFalse();
    }

    @Test
    void listedSetsMustOverlap() {
        Header header = TranscriptParser.read(DATA.resolve(EXACT)).header();
        BitSet theirs = new BitSet();
        theirs.set(0, 1000);
        BitSet near = new BitSet();
        near.set(40, 1040);
        BitSet far = new BitSet();
        far.set(60, 1060);
        BitSet more = (BitSet) theirs.clone();
        more.set(1000);
        assertThat(judge(header, List.of(sets(theirs, near, -1))).pass()).isTrue();
        assertThat(judge(header, List.of(sets(theirs, far, -1))).pass()).isFalse();
        assertThat(judge(header, List.of(sets(theirs, more, -1))).pass())
                .as("one more")
                .isFalse();
        assertThat(judge(header, List.of(sets(theirs, more, 1000))).pass())
                .as("beyond what was listed")
                .isTrue();
    }

    @Test
    void faultsInAndOutsideTheirBand() {
        Header header = header("6.12/p_zipf_64M_s1_en1.txt", "statistical pgmajfault=-1.0%..+1.0% pgscan=+-15%");
        assertThat(judge(header, List.of(run(1010, false))).pass()).isTrue();
        assertThat(judge(header, List.of(run(1011, false))).pass()).isFalse();
        assertThat(judge(header, List.of(run(990, false))).pass()).isTrue();
        assertThat(judge(header, List.of(run(1000, true))).pass()).as("killed").isFalse();
        Verdict v = judge(header, List.of(run(1010, false)));
        assertThat(v.pressure().difference()).isEqualTo(0.01);
        assertThat(v.pressure().sameOutcome()).isEqualTo(0.75);
    }

    @Test
    void scannedPagesAndTheirShare() {
        Header header = header(EXACT, "statistical scanned_share=+-10pp pgscan=+-15%");
        Map<String, Long> theirs = Map.of("pgscan_anon", 500L, "pgscan_file", 500L);
        assertThat(judge(header, List.of(counters(theirs, Map.of("pgscan_anon", 590L, "pgscan_file", 420L))))
                        .pass())
                .isTrue();
        assertThat(judge(header, List.of(counters(theirs, Map.of("pgscan_anon", 640L, "pgscan_file", 420L))))
                        .pass())
                .isFalse();
        assertThat(judge(header, List.of(counters(theirs, Map.of("pgscan_anon", 300L, "pgscan_file", 300L))))
                        .pass())
                .isFalse();
    }

    @Test
    void reclaimStepsKeepAmountAndOrder() {
        Transcript t = TranscriptParser.read(DATA.resolve("../samples/6.12/j.txt"));
        assertThat(judge(t.header(), steps(t, g -> g)).pass()).isTrue();
        Verdict v = judge(t.header(), steps(t, g -> with(g, g.anon() * 2, g.file())));
        assertThat(v.pass()).isFalse();
        assertThat(v.checks()).extracting(Check::figure).contains("amount", "order");
    }

    @Test
    void callsMustAgreeFromTheStart() {
        Header header = header(EXACT, "statistical calls=exact_prefix");
        List<List<String>> theirs = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            theirs.add(List.of("B", "Ia:64/64", "E:64"));
        }
        List<List<String>> ours = new ArrayList<>(theirs);
        ours.set(200, List.of("B", "E:0"));
        assertThat(judge(header, List.of(new Observation.Calls(1, theirs, ours)))
                        .pass())
                .isTrue();
        ours.set(199, List.of("B", "E:0"));
        assertThat(judge(header, List.of(new Observation.Calls(1, theirs, ours)))
                        .pass())
                .isFalse();
    }

    private static Observation sets(BitSet theirs, BitSet ours, int limit) {
        return new Observation.PageSets(3, "x: pmset r", theirs, ours, limit, Observation.Weight.EXACT);
    }

    private static Observation counters(Map<String, Long> theirs, Map<String, Long> ours) {
        return new Observation.VmCounters(3, theirs, ours, false);
    }

    private static Observation run(long faults, boolean killed) {
        BitSet theirs = new BitSet();
        theirs.set(0, 4);
        BitSet ours = new BitSet();
        ours.set(0, 6);
        return new Observation.RunPair(
                3,
                new Observation.RunResult(false, 1000, 0, 8, 8, theirs, theirs),
                new Observation.RunResult(killed, faults, 0, 8, 8, ours, ours));
    }

    private static Header header(String file, String kind) {
        Transcript t = TranscriptParser.parse(
                Path.of("x.txt"),
                "#FORMAT 2\n#KIND " + kind
                        + "\n#KERNEL 6.12.1 CMDLINE a=1\n#ZONE node0/DMA32 managed=9 min=1 low=2 high=3\n");
        assertThat(t.header().kind()).isInstanceOf(Kind.class);
        return t.header();
    }

    private static List<Statement.Dump> dumps(Transcript t) {
        return t.statements().stream()
                .filter(Statement.Dump.class::isInstance)
                .map(Statement.Dump.class::cast)
                .toList();
    }

    private static List<Observation> steps(Transcript t, UnaryOperator<LruGenDump.Generation> change) {
        List<Observation> observations = new ArrayList<>();
        for (Statement s : t.statements()) {
            if (s instanceof Statement.Reclaim r) {
                observations.add(new Observation.Acceptance(r.line(), r.text(), r.ok(), r.ok(), null, true));
            } else if (s instanceof Statement.Dump d) {
                LruGenDump ours = d.group().equals("P/A") ? changed(d.parsed(), change) : d.parsed();
                observations.add(new Observation.DumpPair(d, ours, "", true));
            }
        }
        return observations;
    }

    private static Verdict judge(String file, UnaryOperator<LruGenDump.Generation> change) {
        Transcript t = TranscriptParser.read(DATA.resolve(file));
        List<Observation> observations = new ArrayList<>();
        for (Statement.Dump d : dumps(t)) {
            observations.add(new Observation.DumpPair(d, changed(d.parsed(), change), "", true));
        }
        return judge(t.header(), observations);
    }

    private static Verdict judge(Header header, List<Observation> observations) {
        return Judge.judge(Path.of("x.txt"), header, "6.12", observations, List.of());
    }

    private static LruGenDump changed(LruGenDump d, UnaryOperator<LruGenDump.Generation> change) {
        return new LruGenDump(
                d.id(),
                d.path(),
                d.nodes().stream()
                        .map(n -> new LruGenDump.Node(
                                n.id(), n.generations().stream().map(change).toList()))
                        .toList());
    }

    private static LruGenDump walks(LruGenDump d, long more) {
        return changed(d, g -> {
            Map<Character, Long> walks = new java.util.LinkedHashMap<>(g.walks());
            walks.replaceAll((k, v) -> v + more);
            return new LruGenDump.Generation(
                    g.seq(), g.ageMs(), g.anon(), g.anonStale(), g.file(), g.fileStale(), g.tiers(), walks);
        });
    }

    private static LruGenDump.Generation with(LruGenDump.Generation g, long anon, long file) {
        return new LruGenDump.Generation(
                g.seq(), g.ageMs(), anon, g.anonStale(), file, g.fileStale(), g.tiers(), g.walks());
    }
}
