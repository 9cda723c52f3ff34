package org.multigen.lab.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.multigen.base.VmEvent;
import org.multigen.lab.Golden;
import tools.jackson.databind.json.JsonMapper;

/** The reference of metrics, and who vouches for them. */
final class MetricsTest {
    @Test
    void referenceIsUpToDate() throws IOException {
        Path file = Golden.root().resolve("docs/metrics.md");
        String begin = "<!-- metrics: made from the list of metrics; do not edit -->\n";
        String text = Files.readString(file);
        int from = text.indexOf(begin);
        assertThat(from).isPositive();
        String table = Metrics.shown().stream()
                .map(m ->
                        "| `" + m.name() + "` | " + m.label() + " | " + m.unit().text() + " | " + m.meaning() + " |\n")
                .collect(Collectors.joining());
        String updated = text.substring(0, from + begin.length())
                + "\n| name | in the table | unit | meaning |\n|---|---|---|---|\n" + table + "\n"
                + text.substring(text.indexOf("<!-- end of metrics -->"));
        Golden.check(file, updated);
    }

    @Test
    void namesAreTheKernelsOrPrefixed() {
        List<String> counters =
                Arrays.stream(VmEvent.values()).map(VmEvent::statName).toList();
        assertThat(Metrics.shown().stream().map(Metric::name))
                .allMatch(n -> n.startsWith("mg_") || counters.contains(n))
                .doesNotHaveDuplicates();
    }

    @Test
    void vouchersQuoteTheStoredCheck() {
        String stored = """
                {"kernels": {"6.12": {"release": "x", "recordings": 46, "pass": 45, "medianFaultDifference": 0.0042},
                             "6.1": {"release": "y", "recordings": 3, "pass": 3, "medianFaultDifference": null}}}
                """;
        var summary = JsonMapper.builder().build().readTree(stored);
        assertThat(Vouchers.line("6.12", summary))
                .isEqualTo(
                        "Rules of Linux 6.12.117: 45 of 46 recordings inside tolerance, median fault difference 0.42 %.");
        assertThat(Vouchers.line("6.1", summary))
                .isEqualTo("Rules of Linux 6.1.192: 3 of 3 recordings inside tolerance.");
        assertThat(Vouchers.line("7.2", summary)).contains("not yet checked");
        assertThat(Vouchers.line("6.12", null)).contains("not yet checked");
    }
}
