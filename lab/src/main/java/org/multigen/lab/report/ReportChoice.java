package org.multigen.lab.report;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of every command whose result can be drawn. */
public final class ReportChoice {
    @Option(names = "--report", paramLabel = "FILE", description = "Draws the result there too: one HTML file.")
    private @Nullable Path page;

    /** For picocli. */
    public ReportChoice() {}

    /** Whether a page is wanted. */
    public boolean wanted() {
        return page != null;
    }

    /**
     * Draws the result, if a page is wanted.
     *
     * @param json the result as {@code --format json} writes it
     * @param of what it is a result of, for messages
     * @throws org.multigen.lab.failure.Failure if the page cannot be written
     */
    public void draw(Supplier<String> json, Object of) {
        if (page != null) {
            Report.write(page, json.get(), of.toString());
        }
    }
}
