package org.multigen.lab.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.cli.Command;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.HalfFile;
import org.multigen.lab.result.OutputChoice;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code multigen results}: asks the database of a sweep. */
@picocli.CommandLine.Command(
        name = "results",
        mixinStandardHelpOptions = true,
        description = {
            "Asks the database of a sweep in SQL, or exports from it.",
            "View results: a line per run with its varied keys and main metrics. Tables: runs, metrics."
        },
        footer = {
            "",
            "Examples:",
            "  multigen results 'SELECT variant, \"memory.max\", pgmajfault FROM results' --db first.duckdb",
            "  multigen results 'SELECT * FROM results' --format parquet -o first.parquet"
        })
public final class ResultsCommand implements Command {
    private enum Format {
        table,
        csv,
        jsonl,
        parquet
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            defaultValue = "SELECT * FROM results",
            paramLabel = "SQL",
            description = "A query (default: ${DEFAULT-VALUE}).")
    private String sql = "";

    @Option(names = "--db", paramLabel = "FILE", description = "The database (default: the only *.duckdb file here).")
    private @Nullable Path database;

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); parquet needs -o.")
    @SuppressWarnings("NullAway.Init")
    private Format format;

    @Mixin
    private OutputChoice output = new OutputChoice();

    /** For the service loader. */
    public ResultsCommand() {}

    @Override
    public Integer call() {
        Path file = database == null ? onlyOne() : database;
        output.spares(file);
        try (Connection db = SweepDatabase.open(file);
                Statement statement = db.createStatement()) {
            if (format == Format.parquet) {
                exportParquet(statement);
            } else {
                try (ResultSet rows = statement.executeQuery(sql)) {
                    output.write(render(rows));
                }
            }
            return ExitCode.DONE.code();
        } catch (SQLException e) {
            String what = SweepDatabase.firstLine(e);
            throw what.contains("not a valid DuckDB")
                    ? Failure.badData(file.toString(), "not a DuckDB file; expected one that multigen sweep wrote")
                    : Failure.usage("'" + sql + "': "
                            + (what.startsWith("executeQuery()") ? "expected a query that gives rows" : what));
        }
    }

    private void exportParquet(Statement statement) throws SQLException {
        Path file = output.file("--format parquet");
        try {
            HalfFile half = new HalfFile(file);
            try {
                statement.execute("COPY (" + sql.strip().replaceFirst(";$", "") + ") TO '"
                        + half.path().toString().replace("'", "''") + "' (FORMAT parquet)");
                half.finish();
            } finally {
                half.discard();
            }
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
    }

    private static Path onlyOne() {
        try (Stream<Path> here = Files.list(Path.of(""))) {
            List<Path> found =
                    here.filter(p -> p.toString().endsWith(".duckdb")).toList();
            if (found.size() == 1) {
                return found.getFirst();
            }
            throw Failure.usage("--db FILE is needed: there are " + found.size() + " *.duckdb files here");
        } catch (IOException e) {
            throw Failure.cannotRead(Path.of("."), e);
        }
    }

    private String render(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            names.add(columns.getColumnLabel(i));
        }
        if (format == Format.jsonl) {
            return jsonLines(rows, names);
        }
        List<List<String>> lines = new ArrayList<>(List.of(names));
        while (rows.next()) {
            List<String> line = new ArrayList<>();
            for (int i = 1; i <= names.size(); i++) {
                Object value = rows.getObject(i);
                line.add(value == null ? "" : value.toString());
            }
            lines.add(line);
        }
        return format == Format.csv ? csv(lines) : table(lines);
    }

    private static String jsonLines(ResultSet rows, List<String> names) throws SQLException {
        StringBuilder out = new StringBuilder();
        while (rows.next()) {
            ObjectNode line = JsonMapper.shared().createObjectNode();
            for (int i = 1; i <= names.size(); i++) {
                line.set(names.get(i - 1), JsonMapper.shared().valueToTree(rows.getObject(i)));
            }
            out.append(line).append('\n');
        }
        return out.toString();
    }

    private static String csv(List<List<String>> lines) {
        StringBuilder out = new StringBuilder();
        for (List<String> line : lines) {
            out.append(String.join(
                            ",",
                            line.stream()
                                    .map(v -> v.matches("[^\",\\r\\n]*") ? v : "\"" + v.replace("\"", "\"\"") + "\"")
                                    .toList()))
                    .append('\n');
        }
        return out.toString();
    }

    private static String table(List<List<String>> lines) {
        int[] widths = new int[lines.getFirst().size()];
        lines.forEach(l -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], l.get(i).length());
            }
        });
        StringBuilder out = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String v = line.get(i);
                String blanks = " ".repeat(widths[i] - v.length());
                text.append(v.matches("-?[0-9.]+") ? blanks + v : v + blanks).append("  ");
            }
            out.append(text.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }
}
