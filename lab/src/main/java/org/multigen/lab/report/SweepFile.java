package org.multigen.lab.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Properties;
import org.multigen.lab.failure.Failure;

/** The database of a sweep, of which only what is to be drawn is read: its table {@code report}. */
final class SweepFile {
    /** DuckDB's files have a checksum of 8 bytes, then this. */
    private static final byte[] MAGIC = "DUCK".getBytes(StandardCharsets.US_ASCII);

    private static final int MAGIC_AT = 8;

    private SweepFile() {}

    /** Whether that is a DuckDB file. */
    static boolean is(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(MAGIC_AT + MAGIC.length);
            return head.length == MAGIC_AT + MAGIC.length
                    && Arrays.equals(head, MAGIC_AT, head.length, MAGIC, 0, MAGIC.length);
        }
    }

    /**
     * The sweep as JSON.
     *
     * @throws Failure if it is no database of a sweep, or of a version that did not store this
     */
    static String json(Path file) {
        Properties readOnly = new Properties();
        readOnly.setProperty("duckdb.read_only", "true");
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:" + file, readOnly);
                Statement statement = db.createStatement();
                ResultSet rows = statement.executeQuery("SELECT json FROM report")) {
            if (rows.next() && rows.getString(1) instanceof String json) {
                return json;
            }
        } catch (SQLException e) {
            // No such table, no such column, or damaged: the same to who asks.
        }
        throw Failure.badData(
                file.toString(),
                "no table 'report' to draw; expected a database that multigen sweep of this version wrote");
    }
}
