package io.convergence.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines whose columns stand below each other; those of numbers to the right. */
final class TextTable {
    private final String indent;
    private final List<List<String>> lines = new ArrayList<>();

    TextTable(String indent) {
        this.indent = indent;
    }

    TextTable add(String... cells) {
        lines.add(List.of(cells));
        return this;
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    void write(StringBuilder out) {
        int columns = lines.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        boolean[] numbers = new boolean[columns];
        for (int i = 0; i < columns; i++) {
            int column = i;
            widths[i] = lines.stream()
                    .filter(line -> line.size() > column)
                    .mapToInt(line -> line.get(column).length())
                    .max()
                    .orElse(0);
            // The first line may hold headings.
            numbers[i] = lines.size() > 1
                    && lines.stream()
                            .skip(1)
                            .filter(line -> line.size() > column)
                            .allMatch(line -> isNumber(line.get(column)));
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder(indent);
            for (int i = 0; i < line.size(); i++) {
                String pad = " ".repeat(widths[i] - line.get(i).length());
                text.append(i == 0 ? "" : "  ").append(numbers[i] ? pad + line.get(i) : line.get(i) + pad);
            }
            out.append(text.toString().stripTrailing()).append('\n');
        }
    }

    private static boolean isNumber(String cell) {
        return cell.isEmpty() || cell.equals("-") || Character.isDigit(cell.charAt(0));
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String count(long number, String thing) {
        return number(number) + " " + thing + (number == 1 ? "" : "s");
    }

    static String percent(long part, long whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }

    /** Names from files and folders may hold anything, a terminal's control characters among it. */
    static String safe(String name) {
        StringBuilder text = new StringBuilder();
        name.codePoints().forEach(c -> {
            boolean shown = !Character.isISOControl(c)
                    && Character.getType(c) != Character.FORMAT
                    && Character.getType(c) != Character.SURROGATE
                    && Character.getType(c) != Character.LINE_SEPARATOR
                    && Character.getType(c) != Character.PARAGRAPH_SEPARATOR;
            text.append(shown ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04x", c));
        });
        return text.toString();
    }

    /** The two largest units, e.g. {@code 16 d 3 h}. */
    static String duration(Duration duration) {
        long seconds = duration.abs().toSeconds();
        String sign = duration.isNegative() ? "-" : "";
        if (seconds >= 86_400) {
            return sign + two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
        }
        if (seconds >= 3600) {
            return sign + two(seconds / 3600, "h", seconds % 3600 / 60, "min");
        }

        return sign + two(seconds / 60, "min", seconds % 60, "s");
    }

    private static String two(long large, String unit, long small, String smallUnit) {
        if (small == 0 && large > 0) {
            return large + " " + unit;
        }

        return (large == 0 ? "" : large + " " + unit + " ") + small + " " + smallUnit;
    }
}
