package org.multigen.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The colors of charts can be told from the ground, and from each other with any kind of color vision. */
class PaletteTest {
    /** Colors that are used before any other. */
    private static final int FIRST = 6;
    /** About four times what can just be noticed. */
    private static final double APART = 10;
    /** WCAG 2.1, 1.4.11: graphics. */
    private static final double CONTRAST = 3;

    /** Full loss of one cone in linear RGB, by Machado, Oliveira and Fernandes (2009). */
    private static final List<double[][]> VISIONS = List.of(
            new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
            new double[][] {
                {0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}
            },
            new double[][] {
                {0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}
            },
            new double[][] {
                {1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}
            });

    @ParameterizedTest
    @CsvSource({"LIGHT, #ffffff", "DARK, #1a1d22"})
    void colorsAreToldApart(String name, String ground) throws IOException {
        List<String> colors = palette(name);
        assertThat(colors).hasSizeGreaterThanOrEqualTo(FIRST);
        for (String c : colors) {
            assertThat(contrast(c, ground)).as(c + " on " + ground).isGreaterThanOrEqualTo(CONTRAST);
        }
        for (double[][] vision : VISIONS) {
            for (int i = 0; i < FIRST; i++) {
                for (int j = 0; j < i; j++) {
                    assertThat(distance(colors.get(i), colors.get(j), vision))
                            .as(colors.get(i) + " and " + colors.get(j))
                            .isGreaterThan(APART);
                }
            }
        }
    }

    private static List<String> palette(String name) throws IOException {
        String js =
                new String(PaletteTest.class.getResourceAsStream("report.js").readAllBytes(), StandardCharsets.UTF_8);
        Matcher m = Pattern.compile("const " + name + " = \\[([^]]*)]").matcher(js);
        assertThat(m.find()).isTrue();
        return Pattern.compile("#[0-9a-f]{6}")
                .matcher(m.group(1))
                .results()
                .map(r -> r.group())
                .toList();
    }

    private static double[] linear(String color) {
        double[] rgb = new double[3];
        for (int i = 0; i < 3; i++) {
            double c = Integer.parseInt(color.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
            rgb[i] = c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
        }
        return rgb;
    }

    private static double luminance(String color) {
        double[] c = linear(color);
        return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
    }

    private static double contrast(String a, String b) {
        double high = Math.max(luminance(a), luminance(b));
        double low = Math.min(luminance(a), luminance(b));
        return (high + 0.05) / (low + 0.05);
    }

    /** In CIE L*a*b*, as seen with that vision. */
    private static double distance(String a, String b, double[][] vision) {
        double[] p = lab(linear(a), vision);
        double[] q = lab(linear(b), vision);
        return Math.sqrt(Math.pow(p[0] - q[0], 2) + Math.pow(p[1] - q[1], 2) + Math.pow(p[2] - q[2], 2));
    }

    private static double[] lab(double[] rgb, double[][] vision) {
        double[] c = new double[3];
        for (int i = 0; i < 3; i++) {
            double sum = vision[i][0] * rgb[0] + vision[i][1] * rgb[1] + vision[i][2] * rgb[2];
            c[i] = Math.clamp(sum, 0.0, 1.0);
        }
        double x = root((0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2]) / 0.9505);
        double y = root(0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]);
        double z = root((0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2]) / 1.089);
        return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
    }

    private static double root(double t) {
        return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16.0 / 116;
    }
}
