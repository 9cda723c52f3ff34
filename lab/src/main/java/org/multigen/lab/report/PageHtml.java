package org.multigen.lab.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.multigen.lab.cli.BuildInfo;
import tools.jackson.databind.json.JsonMapper;

/** Fills the template with a page. Everything that comes from a result is escaped. */
final class PageHtml {
    private static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

    private final StringBuilder body = new StringBuilder();

    private PageHtml() {}

    static String render(Page page) {
        return new PageHtml().document(page);
    }

    private String document(Page page) {
        sections(page);
        list("Facts", page.facts());
        list("Definitions", page.definitions());
        BuildInfo build = BuildInfo.load();
        return resource("report.html")
                .replace("@TITLE@", escaped(page.title()))
                .replace("@QUESTION@", escaped(page.question()))
                .replace("@VERDICT@", escaped(page.verdict()))
                .replace("@VERSION@", escaped("multigen " + build.version() + ", commit " + build.commit()))
                .replace("@BODY@", body)
                .replace("@DATA@", script(page))
                .replace("@REPORT_JS@", resource("report.js"))
                .replace("@ECHARTS@", resource(ECHARTS));
    }

    private void sections(Page page) {
        for (int i = 0; i < page.sections().size(); i++) {
            Page.Section s = page.sections().get(i);
            body.append("<section>\n<h2>").append(escaped(s.title())).append("</h2>\n");
            if (!s.text().isEmpty()) {
                body.append("<p>").append(escaped(s.text())).append("</p>\n");
            }
            if (s.chart() != null) {
                body.append("<div class=\"chart\" role=\"img\" aria-label=\"")
                        .append(escaped(s.title()))
                        .append("\" data-section=\"")
                        .append(i)
                        .append("\"></div>\n");
            }
            table(s.table());
            body.append("</section>\n");
        }
        if (!page.notes().isEmpty()) {
            body.append("<section><h2>Notes</h2><ul>");
            page.notes().forEach(n -> body.append("<li>").append(escaped(n)).append("</li>"));
            body.append("</ul></section>\n");
        }
    }

    private void table(Page.Table t) {
        if (t.rows().isEmpty()) {
            return;
        }
        body.append("<details open><summary>Table</summary><div class=\"wide\"><table>\n<tr>");
        t.head().forEach(h -> body.append("<th>").append(escaped(h)).append("</th>"));
        body.append("</tr>\n");
        for (List<String> row : t.rows()) {
            body.append("<tr>");
            row.forEach(c -> body.append("<td>").append(escaped(c)).append("</td>"));
            body.append("</tr>\n");
        }
        body.append("</table></div></details>\n");
    }

    private void list(String title, List<List<String>> pairs) {
        if (pairs.isEmpty()) {
            return;
        }
        body.append("<section><h2>").append(title).append("</h2><dl>\n");
        for (List<String> pair : pairs) {
            body.append("<dt>")
                    .append(escaped(pair.get(0)))
                    .append("</dt><dd>")
                    .append(escaped(pair.get(1)))
                    .append("</dd>\n");
        }
        body.append("</dl></section>\n");
    }

    /** The charts as JSON that cannot end the script it stands in. */
    private static String script(Page page) {
        return JsonMapper.shared()
                .writeValueAsString(
                        page.sections().stream().map(Page.Section::chart).toList())
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
