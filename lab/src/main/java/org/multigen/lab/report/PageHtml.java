package org.multigen.lab.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.multigen.lab.cli.BuildInfo;
import tools.jackson.databind.json.JsonMapper;

/** Fills the template with a page. Everything that comes from a result is escaped. */
final class PageHtml {
    private static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";
    /** Longer tables are closed at first. */
    private static final int OPEN_ROWS = 1;
    /** If a section has more charts, as with many variants, only its first are open. */
    private static final int SHOWN_CHARTS = 6;

    private static final int FIRST_CHARTS = 4;

    /** Longer tables scroll. */
    private static final int SEEN_ROWS = 40;

    private final StringBuilder body = new StringBuilder();
    private final List<Page.Chart> charts = new ArrayList<>();

    private PageHtml() {}

    static String render(Page page) {
        return new PageHtml().document(page);
    }

    private String document(Page page) {
        page.sections().forEach(this::section);
        notes(page.notes());
        list("Settings", page.facts(), page.texts());
        list("Definitions", page.definitions(), List.of());
        BuildInfo build = BuildInfo.load();
        return resource("report.html")
                .replace("@TITLE@", escaped(page.title()))
                .replace("@QUESTION@", escaped(page.question()))
                .replace("@VERDICT@", escaped(page.verdict()))
                .replace("@VERSION@", escaped("multigen " + build.version() + ", commit " + build.commit()))
                .replace("@BODY@", body)
                .replace("@DATA@", script(charts))
                .replace("@REPORT_JS@", resource("report.js"))
                .replace("@ECHARTS@", resource(ECHARTS));
    }

    private void section(Page.Section s) {
        body.append("<section>\n<h2>").append(escaped(s.title())).append("</h2>\n");
        if (!s.text().isEmpty()) {
            body.append("<p>").append(escaped(s.text())).append("</p>\n");
        }
        int closed =
                s.charts().size() > SHOWN_CHARTS ? FIRST_CHARTS : s.charts().size();
        for (int i = 0; i < s.charts().size(); i++) {
            if (i == closed) {
                body.append("<details class=\"more\"><summary>")
                        .append(s.charts().size() - closed)
                        .append(" more charts</summary>\n");
            }
            figure(s.title(), s.charts().get(i));
        }
        body.append(closed < s.charts().size() ? "</details>\n" : "");
        table(s.table(), s.charts().isEmpty() || s.table().rows().size() <= OPEN_ROWS);
        body.append("</section>\n");
    }

    private void figure(String title, Page.Chart c) {
        body.append("<figure>");
        if (!c.caption().isEmpty()) {
            body.append("<figcaption>").append(escaped(c.caption())).append("</figcaption>");
        }
        body.append("<div class=\"chart ")
                .append(c.kind())
                .append("\" role=\"img\" aria-label=\"")
                .append(escaped(title + (c.caption().isEmpty() ? "" : ": " + c.caption())))
                .append("\" data-chart=\"")
                .append(charts.size())
                .append("\"></div></figure>\n");
        charts.add(c);
    }

    private void notes(List<String> notes) {
        if (!notes.isEmpty()) {
            body.append("<section><h2>Notes</h2><ul>");
            notes.forEach(n -> body.append("<li>").append(escaped(n)).append("</li>"));
            body.append("</ul></section>\n");
        }
    }

    private void table(Page.Table t, boolean open) {
        if (t.rows().isEmpty()) {
            return;
        }
        body.append(open ? "<details open>" : "<details>")
                .append("<summary>Table, ")
                .append(t.rows().size())
                .append(t.rows().size() == 1 ? " row" : " rows")
                .append("</summary><div class=\"wide")
                .append(t.rows().size() > SEEN_ROWS ? " long" : "")
                .append("\" tabindex=\"0\"><table>\n<thead><tr>");
        t.head().forEach(h -> body.append("<th>").append(escaped(h)).append("</th>"));
        body.append("</tr></thead>\n<tbody>");
        for (List<String> row : t.rows()) {
            body.append("<tr>");
            row.forEach(c -> body.append("<td>").append(escaped(c)).append("</td>"));
            body.append("</tr>\n");
        }
        body.append("</tbody></table></div></details>\n");
    }

    private void list(String title, List<List<String>> pairs, List<List<String>> texts) {
        if (pairs.isEmpty() && texts.isEmpty()) {
            return;
        }
        body.append("<section><h2>").append(title).append("</h2>\n");
        if (!pairs.isEmpty()) {
            body.append("<dl>\n");
            for (List<String> pair : pairs) {
                body.append("<dt>")
                        .append(escaped(pair.get(0)))
                        .append("</dt><dd>")
                        .append(escaped(pair.get(1)))
                        .append("</dd>\n");
            }
            body.append("</dl>\n");
        }
        for (List<String> text : texts) {
            body.append("<details><summary>")
                    .append(escaped(text.get(0)))
                    .append("</summary><pre tabindex=\"0\">")
                    .append(escaped(text.get(1)))
                    .append("</pre></details>\n");
        }
        body.append("</section>\n");
    }

    /** The charts as JSON that cannot end the script it stands in. */
    private static String script(List<Page.Chart> charts) {
        return JsonMapper.shared()
                .writeValueAsString(charts)
                .replace("<", "\\u003c")
                .replace("@", "\\u0040")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("@", "&#64;");
    }

    private static String resource(String name) {
        try (InputStream in = PageHtml.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
