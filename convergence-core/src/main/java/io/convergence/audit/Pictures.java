package io.convergence.audit;

import static io.convergence.audit.ReportPage.escape;
import static io.convergence.audit.TextTable.number;
import static io.convergence.audit.TextTable.percent;

import io.convergence.change.Operation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report's pictures as SVG; colours come from the page, so that they follow its light and dark form. */
final class Pictures {
    private static final int WIDTH = 1000;
    private static final int LEFT = 56;
    private static final int RIGHT = 16;
    private static final int TOP = 22;
    private static final int PLOT = 190;
    private static final int BELOW = TOP + PLOT + 18;
    private static final int FIRST_SIZE = 10;
    private static final int BAND_FROM = 27;
    private static final int BAND_TO = 29;
    private static final int ROW = 30;
    private static final int NAMES = 250;
    private static final int MOST_TABLES = 40;
    private static final int NAME_LENGTH = 34;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Pictures() {}

    /** One bar for each power of two, up to 1 GB or to what there is; the first holds all below 2 KB. */
    static String sizes(List<SizeStatistics> all) {
        int buckets = Math.max(
                BAND_TO + 2,
                all.stream().mapToInt(sizes -> sizes.histogram().size()).max().orElse(0));
        long[] counts = new long[buckets];
        for (SizeStatistics sizes : all) {
            for (int i = 0; i < sizes.histogram().size(); i++) {
                counts[Math.max(i, FIRST_SIZE)] += sizes.histogram().get(i);
            }
        }

        int shown = buckets - FIRST_SIZE;
        double step = (double) (WIDTH - LEFT - RIGHT) / shown;
        StringBuilder svg = begin(TOP + PLOT + 26, "Histogram of file sizes");
        double bandFrom = LEFT + (BAND_FROM - FIRST_SIZE) * step;
        svg.append(rectangle(bandFrom, TOP, (BAND_TO - BAND_FROM) * step, PLOT, "--band", "128 to 512 MB"));
        svg.append(text(bandFrom + (BAND_TO - BAND_FROM) * step / 2, TOP - 8, "middle", "128–512 MB"));
        bars(
                svg,
                counts,
                FIRST_SIZE,
                step,
                bucket -> (bucket == FIRST_SIZE ? "0" : size(bucket)) + " to " + size(bucket + 1));
        svg.append(text(LEFT, BELOW, "middle", "0"));
        for (int bucket = FIRST_SIZE + 2; bucket <= buckets; bucket++) {
            boolean even = bucket % 2 == 0 && Math.abs(bucket - BAND_FROM) > 1 && Math.abs(bucket - BAND_TO) > 1;
            if (even || bucket == BAND_FROM || bucket == BAND_TO) {
                double x = LEFT + (bucket - FIRST_SIZE) * step;
                svg.append(text(x, BELOW, bucket == buckets ? "end" : "middle", size(bucket)));
            }
        }
        return end(svg);
    }

    private static String size(int power) {
        String[] units = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};
        return (1L << (power % 10)) + " " + units[power / 10];
    }

    /** Counts of all tables on one axis; tables with narrow buckets are put into those of the widest. */
    static String arrival(List<Arrival> all) {
        List<Instant> starts = new ArrayList<>();
        List<Long> files = new ArrayList<>();
        Duration widest =
                all.stream().map(Arrival::width).max(Duration::compareTo).orElse(Duration.ofMinutes(1));
        for (Arrival arrival : all) {
            for (int i = 0; i < arrival.files().size(); i++) {
                starts.add(arrival.from().plus(arrival.width().multipliedBy(i)));
                files.add(arrival.files().get(i));
            }
        }
        if (starts.isEmpty()) {
            StringBuilder svg = begin(40, "No files of changes");
            return end(svg.append(text(WIDTH / 2.0, 25, "middle", "There are no files of changes.")));
        }

        long first = starts.stream().mapToLong(Instant::getEpochSecond).min().orElse(0);
        long last = starts.stream().mapToLong(Instant::getEpochSecond).max().orElse(0);
        long width = widest.toSeconds();
        while ((last - first) / width >= Arrival.MOST_BUCKETS) {
            width *= 2;
        }
        long from = Math.floorDiv(first, width) * width;
        long[] counts = new long[(int) ((last - from) / width) + 1];
        for (int i = 0; i < starts.size(); i++) {
            counts[(int) ((starts.get(i).getEpochSecond() - from) / width)] += files.get(i);
        }

        double step = Math.min(60, (double) (WIDTH - LEFT - RIGHT) / counts.length);
        StringBuilder svg = begin(TOP + PLOT + 26, "Files of changes over time");
        long bucketSeconds = width;
        DateTimeFormatter form = width < 86_400 ? MINUTE : DAY;
        bars(svg, counts, 0, step, bucket -> form.format(Instant.ofEpochSecond(from + bucket * bucketSeconds)));
        double end = LEFT + step * counts.length;
        svg.append(text(LEFT, BELOW, "start", form.format(Instant.ofEpochSecond(from))));
        if (end - LEFT > 400) {
            svg.append(text(end, BELOW, "end", form.format(Instant.ofEpochSecond(from + width * counts.length))));
        }
        svg.append(text(WIDTH - RIGHT, TOP - 8, "end", "one bar: " + TextTable.duration(Duration.ofSeconds(width))));
        return end(svg);
    }

    private interface Label {
        String of(int bucket);
    }

    private static void bars(StringBuilder svg, long[] counts, int from, double step, Label label) {
        long most = 1;
        for (int i = from; i < counts.length; i++) {
            most = Math.max(most, counts[i]);
        }
        for (long mark : most == 1 ? new long[] {0, 1} : new long[] {0, most / 2, most}) {
            double y = TOP + PLOT - (double) mark / most * PLOT;
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" style=\"stroke:var(--line)\"/>%n",
                    LEFT,
                    WIDTH - RIGHT,
                    y,
                    y));
            svg.append(text(LEFT - 6, y + 4, "end", number(mark)));
        }
        for (int i = from; i < counts.length; i++) {
            if (counts[i] > 0) {
                double height = Math.max(2, (double) counts[i] / most * PLOT);
                svg.append(rectangle(
                        LEFT + (i - from) * step + step * 0.06,
                        TOP + PLOT - height,
                        step * 0.88,
                        height,
                        "--bar",
                        label.of(i) + ": " + TextTable.count(counts[i], "file")));
            }
        }
    }

    /** One bar a table; tables of which no row was read have none. */
    static String operations(List<TableAudit> all) {
        List<TableAudit> tables = all.stream()
                .filter(table -> table.rowFacts().isPresent())
                .limit(MOST_TABLES)
                .toList();
        StringBuilder svg = begin(30 + ROW * Math.max(1, tables.size()), "Operations by table");
        String[] names = {"I", "U", "D", "no Op"};
        String[] colours = {"--insert", "--update", "--delete", "--other"};
        for (int i = 0; i < names.length; i++) {
            svg.append(rectangle(NAMES + i * 90, 4, 12, 12, colours[i], names[i]));
            svg.append(text(NAMES + i * 90 + 18, 15, "start", names[i]));
        }
        if (tables.isEmpty()) {
            svg.append(text(NAMES, 45, "start", "No rows were read."));
        }
        for (int i = 0; i < tables.size(); i++) {
            RowFacts rows = tables.get(i).rowFacts().orElseThrow();
            int y = 28 + i * ROW;
            svg.append(text(
                    NAMES - 10, y + 15, "end", shortened(tables.get(i).table().toString())));
            long[] counts = {
                rows.count(Operation.INSERT),
                rows.count(Operation.UPDATE),
                rows.count(Operation.DELETE),
                rows.withoutOperation()
            };
            double x = NAMES;
            double room = WIDTH - NAMES - 110;
            for (int kind = 0; kind < counts.length; kind++) {
                double width = room * counts[kind] / Math.max(1, rows.rows());
                if (counts[kind] > 0) {
                    svg.append(rectangle(
                            x,
                            y,
                            width,
                            ROW - 10,
                            colours[kind],
                            names[kind] + ": " + number(counts[kind]) + " rows, "
                                    + percent(counts[kind], rows.rows())));
                }
                x += width;
            }
            svg.append(text(WIDTH - RIGHT, y + 15, "end", TextTable.count(rows.rows(), "row")));
        }
        String picture = end(svg);
        return all.size() <= MOST_TABLES
                ? picture
                : picture + "<p class=\"note\">The first " + MOST_TABLES + " of " + number(all.size())
                        + " tables are shown.</p>\n";
    }

    private static String shortened(String name) {
        return name.length() <= NAME_LENGTH ? name : "…" + name.substring(name.length() - NAME_LENGTH + 1);
    }

    private static StringBuilder begin(int height, String label) {
        return new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                WIDTH,
                height,
                escape(label)));
    }

    private static String end(StringBuilder svg) {
        return svg.append("</svg>\n").toString();
    }

    private static String rectangle(double x, double y, double width, double height, String colour, String title) {
        return String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" style=\"fill:var(%s)\"><title>%s</title></rect>%n",
                x,
                y,
                width,
                height,
                colour,
                escape(title));
    }

    private static String text(double x, double y, String anchor, String text) {
        return String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escape(text));
    }
}
