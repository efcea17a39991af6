package io.convergence.examples.quickstart;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** One bar a file, largest first, in SVG. */
final class SizePicture {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 200;
    private static final int LEFT = 64;
    private static final int FOOT = 4;
    private static final double WIDEST_BAR = 40;
    private static final double[] LINES = {0.01, 0.1, 0.5, 1};

    private SizePicture() {}

    /**
     * Heights on a square-root scale, so that files of a few kilobytes stay visible beside large ones.
     *
     * @param largest what reaches the top, so that pictures compare
     */
    static String of(String name, List<Long> sizes, long largest) {
        var svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"file sizes %s\">%n",
                WIDTH,
                HEIGHT,
                ReportPage.escape(name)));
        for (double line : LINES) {
            double y = HEIGHT - FOOT - height((long) (largest * line), largest);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text x=\"%d\" y=\"%.1f\">%s</text>%n",
                    LEFT,
                    WIDTH,
                    y,
                    y,
                    LEFT - 8,
                    y + 4,
                    ReportPage.size((long) (largest * line))));
        }

        List<Long> sorted = sizes.stream().sorted(Comparator.reverseOrder()).toList();
        double step = Math.min(WIDEST_BAR * 1.2, (double) (WIDTH - LEFT) / Math.max(1, sorted.size()));
        for (int i = 0; i < sorted.size(); i++) {
            double height = Math.max(1, height(sorted.get(i), largest));
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"><title>%s</title></rect>%n",
                    LEFT + i * step,
                    HEIGHT - FOOT - height,
                    Math.max(0.5, step * 0.85),
                    height,
                    ReportPage.size(sorted.get(i))));
        }

        return svg.append("</svg>").toString();
    }

    private static double height(long bytes, long largest) {
        return Math.sqrt((double) bytes / largest) * (HEIGHT - FOOT - 14);
    }
}
