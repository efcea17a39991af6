package io.convergence.benchmarks.compaction;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Wall times as bars, each as a part of what DuckDB takes on as many threads; a tick shows the goal. */
final class Chart {
    private static final int LABELS = 230;
    private static final int SCALE = 190;
    private static final int BAR = 16;
    private static final int GAP = 26;
    private static final int TOP = 52;
    private static final int WIDTH = 900;

    /** Longer bars end here and only their number tells. */
    private static final double LONGEST = 3;

    private final StringBuilder svg = new StringBuilder();
    private int y = TOP;

    private Chart() {}

    static String of(List<Results> all, List<Program> programs) {
        var chart = new Chart();
        for (Results results : all) {
            chart.set(results, programs);
        }

        int height = chart.y + 8;
        double one = LABELS + SCALE;
        return String.format(Locale.ROOT, """
                        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
                        <rect width="100%%" height="100%%" fill="#ffffff"/>
                        <text x="12" y="22" font-size="15" font-weight="bold">Compaction: wall time as a part of DuckDB's on as many threads</text>
                        <text x="12" y="40" fill="#555555">shorter is better; the black tick is the goal</text>
                        <line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#999999" stroke-dasharray="3,3"/>
                        """, WIDTH, height, one, TOP - 6, one, height - 8) + chart.svg + "</svg>\n";
    }

    private void set(Results results, List<Program> programs) {
        y += BAR;
        text(12, results.set().name(), "font-weight=\"bold\"");
        y += 6;
        for (Program program : programs) {
            String base = program.name().endsWith("-2") ? Programs.DUCKDB_2 : Programs.DUCKDB;
            Optional<Double> ratio = results.ratio(program.name(), base, Usage::wallSeconds);
            if (ratio.isPresent() && !program.name().equals(base)) {
                bar(program, ratio.get(), results.set().goal());
            }
        }
        y += GAP - BAR;
    }

    private void bar(Program program, double ratio, double goal) {
        boolean ours = program.name().startsWith("convergence");
        double length = Math.min(ratio, LONGEST) * SCALE;
        append(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LABELS, y, length, BAR - 4, ours ? "#1f6fb2" : "#c9c9c9");
        if (goal > 0
                && (program.name().equals(Programs.CONVERGENCE)
                        || program.name().equals(Programs.CONVERGENCE_2))) {
            append(
                    "<rect x=\"%.1f\" y=\"%d\" width=\"2\" height=\"%d\" fill=\"#000000\"/>",
                    LABELS + goal * SCALE - 1, y - 2, BAR);
        }

        y += BAR - 6;
        text(24, program.title(), "fill=\"#333333\"");
        text(LABELS + length + 6, String.format(Locale.ROOT, "%.2f", ratio), "fill=\"#333333\"");
        y += 6;
    }

    private void text(double x, String words, String attributes) {
        append("<text x=\"%.1f\" y=\"%d\" %s>%s</text>", x, y, attributes, words);
    }

    private void append(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
