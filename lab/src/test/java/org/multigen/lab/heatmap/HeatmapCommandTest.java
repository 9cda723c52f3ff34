package org.multigen.lab.heatmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.cli.Main;

class HeatmapCommandTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** A program that goes once through 40 pages upwards, with a million instructions before each access. */
    private String upwards() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.append("s 0x")
                    .append(Long.toHexString(0x40000000L + 4096L * i))
                    .append(" 3000000\n");
        }
        return Files.writeString(dir.resolve("up.trace"), text).toString();
    }

    private void run(String... args) {
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), args))
                .as(err.toString())
                .isZero();
    }

    @Test
    void aWayUpIsADiagonal() throws IOException {
        run("heatmap", upwards(), "--rows", "4", "--columns-of-time", "4", "--format", "csv");
        assertThat(out.toString()).isEqualTo("""
                        process,region,first_page,pages,time_begin,time_end,time_unit,accesses
                        0 up.trace,[anonymous],262144,10,0.000000,0.010000,s of virtual time,9
                        0 up.trace,[anonymous],262144,10,0.010000,0.020000,s of virtual time,1
                        0 up.trace,[anonymous],262154,10,0.010000,0.020000,s of virtual time,9
                        0 up.trace,[anonymous],262154,10,0.020000,0.030000,s of virtual time,1
                        0 up.trace,[anonymous],262164,10,0.020000,0.030000,s of virtual time,9
                        0 up.trace,[anonymous],262164,10,0.030000,0.040000,s of virtual time,1
                        0 up.trace,[anonymous],262174,10,0.030000,0.040000,s of virtual time,10
                        """);
    }

    @Test
    void theTextHasALegendWithUnits() throws IOException {
        run("heatmap", upwards(), "--rows", "4");
        assertThat(out.toString())
                .contains("0 up.trace: [anonymous], 160 KiB, 40 accesses")
                .contains("000040000000 ")
                .contains("accesses in a cell: ")
                .contains("s of virtual time wide");
    }
}
