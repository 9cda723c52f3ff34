/**
 * Results as a page: one HTML file that holds everything and asks nobody, with the charts of ECharts.
 *
 * <p>A page is made from a stored result alone, the JSON that the commands write, so that {@code multigen report} and {@code
 * --report} draw the same. {@link org.multigen.lab.report.Report} recognizes what a result is of; one class per kind turns it into a
 * {@link org.multigen.lab.report.Page} of sections, each a chart with a table under it; {@link org.multigen.lab.report.PageHtml}
 * fills the template. What a chart looks like is decided in {@code report.js}: it gets data, not options.
 */
@NullMarked
package org.multigen.lab.report;

import org.jspecify.annotations.NullMarked;
