package org.multigen.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.cli.Main;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FidelityCommandTest {
    private static final Path DATA = Path.of("src/test/resources/transcripts");
    private static final Path EXACT = DATA.resolve("6.12/a_fs1_en1.txt");

    @TempDir
    private Path folder;

    private String out = "";
    private String err = "";

    @Test
    void jsonHasTheFieldsOfItsSchema() {
        assertThat(run("--format", "json", EXACT.toString())).isZero();
        JsonNode root = JsonMapper.shared().readTree(out);
        assertThat(root.get("schema").asInt()).isEqualTo(1);
        JsonNode t = root.get("transcripts").get(0);
        assertThat(t.get("file").asString()).isEqualTo(EXACT.toString());
        assertThat(t.get("kernel").asString()).isEqualTo("6.12");
        assertThat(t.get("kind").asString()).isEqualTo("exact");
        assertThat(t.get("verdict").asString()).isEqualTo("pass");
        assertThat(t.get("dumps").asInt()).isEqualTo(t.get("equal").asInt()).isGreaterThan(8);
    }

    @Test
    void aChangedDumpFailsAndIsShown() throws IOException {
        Path changed = folder.resolve("changed.txt");
        String text = Files.readString(EXACT);
        String label = "#DUMPF A after-age1 ";
        int at = text.indexOf("16384", text.indexOf(label));
        Files.writeString(changed, text.substring(0, at) + "16383" + text.substring(at + 5));
        assertThat(run("--verbose", changed.toString())).isEqualTo(3);
        assertThat(out).contains("FAIL").contains("after-age1").contains("16384, kernel 16383");
    }

    @Test
    void theNameOfAFileMeansNothing() throws IOException {
        Path renamed = folder.resolve("q_7.2_whatever.log");
        Files.copy(EXACT, renamed);
        assertThat(run(renamed.toString())).isZero();
        assertThat(out).contains("6.12").contains("exact").contains("pass");
    }

    @Test
    void aCutTailKeepsTheVerdict() throws IOException {
        String text = Files.readString(EXACT);
        for (int cut : new int[] {text.length() - 700, text.length() / 2, text.length() / 3}) {
            Path part = folder.resolve("part" + cut + ".txt");
            Files.writeString(part, text.substring(0, cut));
            assertThat(run(part.toString())).as("cut at %d", cut).isZero();
        }
    }

    @Test
    void anUnknownOperationIsNamed() throws IOException {
        Path bad = folder.resolve("bad.txt");
        Files.writeString(bad, Files.readString(EXACT).replaceFirst("#P x: td", "#P x: twiddle"));
        assertThat(run(bad.toString())).isEqualTo(65);
        assertThat(err).contains("bad.txt:").contains("twiddle");
    }

    @Test
    void whatIsAbsentOrUnknown() throws IOException {
        assertThat(run(folder.resolve("none.txt").toString())).isEqualTo(66);
        assertThat(run("--format", "xml", EXACT.toString())).isEqualTo(64);
        Path other = folder.resolve("other.txt");
        Files.writeString(other, Files.readString(EXACT).replace("#KERNEL 6.12.117", "#KERNEL 5.15.9"));
        assertThat(run(other.toString())).isEqualTo(65);
        assertThat(err).contains("5.15.9");
    }

    @Test
    void summaryAndPageAreWritten() throws IOException {
        Path summary = folder.resolve("summary.json");
        Path page = folder.resolve("fidelity.md");
        assertThat(run("--store", summary.toString(), "--markdown", page.toString(), EXACT.toString()))
                .isZero();
        JsonNode kernel = JsonMapper.shared()
                .readTree(Files.readString(summary))
                .get("kernels")
                .get("6.12");
        assertThat(kernel.get("recordings").asInt()).isEqualTo(1);
        assertThat(kernel.get("pass").asInt()).isEqualTo(1);
        assertThat(kernel.get("release").asString()).startsWith("6.12.117");
        assertThat(Files.readString(page))
                .contains("## Kernel 6.12")
                .contains("`a_fs1_en1`")
                .contains("inside");
        assertThat(run("--store", folder.resolve("no/such/folder.json").toString(), EXACT.toString()))
                .isEqualTo(73);
    }

    @Test
    void thePageMeasuresTheGoals() throws IOException {
        Path page = folder.resolve("fidelity.md");
        Path calls = DATA.resolve("6.12/ptrace_scanhot.txt");
        assertThat(run("--markdown", page.toString(), calls.toString())).isZero();
        assertThat(Files.readString(page))
                .containsPattern("\\| 6\\.12 \\| \\d\\.\\d % \\| 1 of 1 runs; .* \\| the first [23]\\d\\d \\|");
    }

    private int run(String... args) {
        StringWriter o = new StringWriter();
        StringWriter e = new StringWriter();
        String[] all = new String[args.length + 1];
        all[0] = "fidelity";
        System.arraycopy(args, 0, all, 1, args.length);
        int code = Main.run(new PrintWriter(o), new PrintWriter(e), all);
        out = o.toString();
        err = e.toString();
        return code;
    }
}
