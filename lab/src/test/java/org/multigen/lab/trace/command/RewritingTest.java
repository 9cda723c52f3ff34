package org.multigen.lab.trace.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.cli.Main;

/** What {@code trace convert|cut|sample} leave behind: a whole trace, or one line and nothing. */
class RewritingTest {
    private static final int RECORDS = 1000;

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path keys;

    @BeforeEach
    void aTrace() throws IOException {
        keys = Files.writeString(
                dir.resolve("keys.txt"),
                LongStream.range(0, RECORDS).mapToObj(i -> i % 100 + "\n").collect(Collectors.joining()));
    }

    private int run(Object... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] words = new String[args.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = args[i].toString();
        }
        return Main.run(new PrintWriter(out), new PrintWriter(err), words);
    }

    @Test
    void aCutBehindTheEndIsRefused() {
        Path part = dir.resolve("part.mgt");
        assertThat(run("trace", "cut", keys, "--from", RECORDS - 1, "-o", part))
                .as(err.toString())
                .isZero();
        assertThat(run("trace", "stat", part)).isZero();
        assertThat(out.toString()).contains("1 reads of 1 pages");
        Path nothing = dir.resolve("nothing.mgt");
        assertThat(run("trace", "cut", keys, "--from", RECORDS, "-o", nothing)).isEqualTo(64);
        assertThat(err.toString())
                .startsWith("multigen: --from 1000: behind the end; the trace has 1,000 accesses")
                .hasLineCount(1);
        assertThat(nothing).doesNotExist();
    }

    @Test
    void aSampleOfNothingIsRefused() {
        Path small = dir.resolve("small.mgt");
        assertThat(run("trace", "sample", keys, "--rate", "1e-12", "-o", small)).isEqualTo(64);
        assertThat(err.toString()).contains("no page of the trace was chosen").hasLineCount(1);
        assertThat(small).doesNotExist();
    }

    @Test
    void anOutputThatIsTheInputIsRefused() throws IOException {
        String before = Files.readString(keys);
        Path link = Files.createSymbolicLink(dir.resolve("link.mgt"), keys);
        for (Object[] line : new Object[][] {
            {"trace", "convert", keys, "-o", keys},
            {"trace", "convert", keys, "-o", link},
            {"trace", "cut", link, "-o", keys},
            {"trace", "sample", keys, "--rate", "0.5", "-o", dir.resolve("x/../keys.txt")},
            {"mrc", keys, "-o", keys},
            {"compare", keys, "--report", keys},
            {"record", "-o", keys, "--", "sort", keys}
        }) {
            assertThat(run(line))
                    .as("%s %s", java.util.Arrays.toString(line), err)
                    .isEqualTo(64);
            assertThat(err.toString()).contains("names what is read").hasLineCount(1);
        }
        assertThat(keys).hasContent(before);
    }

    @Test
    void twoOutputsInOneFileAreRefused() {
        Path one = dir.resolve("one");
        assertThat(run("mrc", keys, "-o", one, "--report", one)).isEqualTo(64);
        assertThat(err.toString()).contains("writes the same file").hasLineCount(1);
        assertThat(one).doesNotExist();
    }

    @Test
    void whatATraceDoesNotKnowIsNotZero() {
        assertThat(run("trace", "stat", keys)).isZero();
        assertThat(out.toString()).contains("time           not in the trace").doesNotContain("0 instructions");
        assertThat(out.toString()).containsPattern("100 +- +keys.txt");
    }
}
