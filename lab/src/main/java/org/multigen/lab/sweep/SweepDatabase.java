package org.multigen.lab.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.result.Metric;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;

/**
 * The database of a sweep: table {@code runs} with a column per varied key, table {@code metrics} with every counter of every run,
 * and the view {@code results} that joins the main metrics to the runs. Table {@code report} holds what {@code multigen report} draws.
 */
final class SweepDatabase {
    private static final String URL = "jdbc:duckdb:";

    private SweepDatabase() {}

    /**
     * Writes it whole or not at all.
     *
     * @param report the sweep as {@link SweepJson} writes it
     */
    static void write(Path file, String scenario, Grid grid, SortedMap<Integer, TrialResult> results, String report) {
        Path half = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            Files.deleteIfExists(half);
            Files.deleteIfExists(Path.of(half + ".wal"));
            try (Connection db = DriverManager.getConnection(URL + half)) {
                db.setAutoCommit(false);
                create(db, grid);
                fill(db, scenario, grid, results);
                fill(db, report);
                db.commit();
            }
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (SQLException e) {
            throw Failure.cannotWrite(file, new IOException(firstLine(e), e));
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
    }

    /** Opens it for reading only. */
    static Connection open(Path file) throws SQLException {
        if (!Files.exists(file)) {
            throw Failure.noInput(file);
        }
        Properties readOnly = new Properties();
        readOnly.setProperty("duckdb.read_only", "true");
        return DriverManager.getConnection(URL + file, readOnly);
    }

    /** What a database says about itself: fit for one line. */
    static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** Keys that are varied and have no column anyway, as the kernel does. */
    private static List<String> ownColumns(Grid grid) {
        return grid.keys().stream().filter(k -> !k.equals("kernel")).toList();
    }

    private static void create(Connection db, Grid grid) throws SQLException {
        String keys = ownColumns(grid).stream()
                .map(k -> ", " + quoted(k) + " VARCHAR")
                .collect(Collectors.joining());
        String metrics = Metrics.shown().stream()
                .map(Metric::name)
                .map(m -> ", max(value) FILTER (metric = '" + m + "') AS " + quoted(m))
                .collect(Collectors.joining());
        try (Statement s = db.createStatement()) {
            s.execute("CREATE TABLE runs (run INTEGER, scenario VARCHAR, variant VARCHAR, kernel VARCHAR, seed BIGINT"
                    + keys + ", outcome VARCHAR)");
            s.execute("CREATE TABLE metrics (run INTEGER, phase VARCHAR, metric VARCHAR, value BIGINT)");
            s.execute("CREATE TABLE report (json VARCHAR)");
            s.execute(
                    "CREATE VIEW results AS SELECT runs.*" + metrics
                            + " FROM runs JOIN metrics ON runs.run = metrics.run AND phase = 'run' GROUP BY ALL ORDER BY runs.run");
        }
    }

    private static void fill(Connection db, String scenario, Grid grid, SortedMap<Integer, TrialResult> results)
            throws SQLException {
        String marks = ", ?".repeat(ownColumns(grid).size());
        try (PreparedStatement run = db.prepareStatement("INSERT INTO runs VALUES (?, ?, ?, ?, ?" + marks + ", ?)");
                PreparedStatement metric = db.prepareStatement("INSERT INTO metrics VALUES (?, ?, ?, ?)")) {
            for (Map.Entry<Integer, TrialResult> e : results.entrySet()) {
                Grid.Trial t = grid.trials().get(e.getKey());
                TrialResult r = e.getValue();
                int i = 1;
                run.setInt(i++, t.number());
                run.setString(i++, scenario);
                run.setString(i++, t.variant());
                run.setString(i++, r.kernel());
                run.setLong(i++, t.seed());
                for (String key : ownColumns(grid)) {
                    run.setString(i++, t.point().get(key));
                }
                run.setString(i, r.killed().isEmpty() ? "finished" : "killed");
                run.addBatch();
                metrics(metric, t.number(), "run", r.metrics());
                metrics(metric, t.number(), "warmup", r.warmup());
            }
            run.executeBatch();
            metric.executeBatch();
        }
    }

    private static void fill(Connection db, String report) throws SQLException {
        try (PreparedStatement s = db.prepareStatement("INSERT INTO report VALUES (?)")) {
            s.setString(1, report);
            s.execute();
        }
    }

    private static void metrics(PreparedStatement s, int run, String phase, SortedMap<String, Long> metrics)
            throws SQLException {
        for (Map.Entry<String, Long> m : metrics.entrySet()) {
            s.setInt(1, run);
            s.setString(2, phase);
            s.setString(3, m.getKey());
            s.setLong(4, m.getValue());
            s.addBatch();
        }
    }
}
