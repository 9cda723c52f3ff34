package org.multigen.lab.report;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.cli.Command;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code multigen report}: draws a stored result. */
@picocli.CommandLine.Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Draws a result that run, compare, mrc, wss, heatmap or fidelity wrote with --format json, or a database of sweep:"
                    + " one HTML file that needs no network."
        },
        footer = {
            "",
            "Examples:",
            "  multigen report result.json",
            "  multigen report sizes.json -o sizes.html",
            "  multigen report first.duckdb -o sweep.html",
            "  multigen compare redis.mgt --format json -o redis.json && multigen report redis.json -o redis.html"
        })
public final class ReportCommand implements Command {
    @Parameters(paramLabel = "RESULT", description = "A result: JSON, or the DuckDB file of a sweep.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The page (default: the result's name with .html).")
    private @Nullable Path output;

    /** For the service loader. */
    public ReportCommand() {}

    @Override
    public Integer call() {
        String json;
        try {
            json = SweepFile.is(file) ? SweepFile.json(file) : Files.readString(file);
        } catch (CharacterCodingException e) {
            throw Failure.badData(
                    file.toString(), "not UTF-8; expected a result that multigen wrote with --format json");
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        }
        Path page = output == null
                ? file.resolveSibling(
                        String.valueOf(file.getFileName()).replaceFirst("\\.(json|duckdb)$", "") + ".html")
                : output;
        Report.write(page, json, file.toString());
        return ExitCode.DONE.code();
    }
}
