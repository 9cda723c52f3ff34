package org.multigen.fidelity.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.cli.Main;

class ProveCommandTest {
    private static final String SCENARIO = """
            tasks: {app: {pattern: zipf, size: 48m, touches: 60000}}
            memory.max: 0.5
            variants:
              classic: {lru: classic}
              mglru: {lru: mglru}
            """;

    @TempDir
    private Path folder;

    private String out = "";
    private String err = "";

    @Test
    void oneTaskIsExpected() throws IOException {
        Path two = Files.writeString(
                folder.resolve("two.yaml"),
                "tasks: {a: {pattern: seq, size: 4m, touches: 9}, b: {pattern: seq, size: 4m, touches: 9}}\n");
        assertThat(run(two.toString())).isEqualTo(65);
        assertThat(err).contains("two.yaml").contains("2 tasks");
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        Path scenario = Files.writeString(folder.resolve("s.yaml"), SCENARIO);
        assertThat(run(folder.resolve("none.yaml").toString())).isEqualTo(66);
        assertThat(run(scenario.toString(), "--kernel", "5.15")).isEqualTo(64);
        assertThat(run(scenario.toString(), "--touches", "0")).isEqualTo(64);
        assertThat(run(scenario.toString(), "--variant", "other")).isEqualTo(64);
        assertThat(run(
                        scenario.toString(),
                        "-o",
                        folder.resolve("no/such/file.txt").toString()))
                .isEqualTo(73);
    }

    @Test
    void anImageThatIsAbsentIsNamed() throws IOException {
        Assumptions.assumeTrue(Tool.find("qemu-system-x86_64") != null, "no emulator");
        Path scenario = Files.writeString(folder.resolve("s.yaml"), SCENARIO);
        assertThat(run(
                        scenario.toString(),
                        "--kernel-image",
                        folder.resolve("vmlinuz").toString()))
                .isEqualTo(66);
        assertThat(err).contains("vmlinuz");
    }

    /** Boots the kernel that is in the user's store; fetches none. */
    @Test
    @Tag("long")
    void aRealKernelAndOursAgree() throws IOException {
        Path store = Path.of(System.getenv()
                .getOrDefault(KernelStore.VARIABLE, System.getProperty("user.home") + "/.cache/multigen/kernels"));
        Assumptions.assumeTrue(Files.exists(store.resolve("6.12/order")), "no kernel 6.12 in " + store);
        Assumptions.assumeTrue(Tool.find("qemu-system-x86_64") != null, "no emulator");
        Assumptions.assumeTrue(Tool.find("busybox") != null, "no busybox");
        Path scenario = Files.writeString(folder.resolve("s.yaml"), SCENARIO);
        Path transcript = folder.resolve("kept.txt");
        assertThat(run(scenario.toString(), "--kernel", "6.12", "-o", transcript.toString()))
                .as(err)
                .isZero();
        assertThat(out).contains("major faults").contains("lru_gen_full at the end");
        StringWriter o = new StringWriter();
        int judged = Main.run(new PrintWriter(o), new PrintWriter(o), "fidelity", transcript.toString());
        assertThat(judged).as(o.toString()).isZero();
    }

    private int run(String... args) {
        StringWriter o = new StringWriter();
        StringWriter e = new StringWriter();
        String[] all = new String[args.length + 1];
        all[0] = "prove";
        System.arraycopy(args, 0, all, 1, args.length);
        int code = Main.run(new PrintWriter(o), new PrintWriter(e), all);
        out = o.toString();
        err = e.toString();
        return code;
    }
}
