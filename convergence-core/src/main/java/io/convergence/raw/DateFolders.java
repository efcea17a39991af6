package io.convergence.raw;

import io.convergence.target.DatePartitionDelimiter;
import io.convergence.target.DatePartitionSequence;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One form of DMS's date folders: which components of the flush time, in which order, joined by what. */
record DateFolders(DatePartitionSequence sequence, DatePartitionDelimiter delimiter) {
    private enum Component {
        YEAR(4),
        MONTH(2),
        DAY(2),
        HOUR(2);

        private final int digits;

        Component(int digits) {
            this.digits = digits;
        }
    }

    /** Every form DMS can be set to. */
    static List<DateFolders> all() {
        List<DateFolders> all = new ArrayList<>();
        for (DatePartitionSequence sequence : DatePartitionSequence.values()) {
            for (DatePartitionDelimiter delimiter : DatePartitionDelimiter.values()) {
                all.add(new DateFolders(sequence, delimiter));
            }
        }

        return all;
    }

    /** The folders of a file flushed at this local time, without slashes around: {@code 2022/10/23} or {@code 2022-10-23}. */
    String path(LocalDateTime local) {
        return String.join(
                separator(),
                components().stream().map(component -> text(component, local)).toList());
    }

    /** Whether the folders have this form and name a date, be it another than the file's. */
    boolean accepts(String path) {
        return parse(path).isPresent();
    }

    /** When the time begins that the folders name; empty if they do not have this form. */
    Optional<LocalDateTime> parse(String path) {
        int at = 0;
        int year = 2000;
        int month = 1;
        int day = 1;
        int hour = 0;
        List<Component> components = components();
        for (int i = 0; i < components.size(); i++) {
            if (i > 0) {
                if (!path.startsWith(separator(), at)) {
                    return Optional.empty();
                }
                at += separator().length();
            }

            Component component = components.get(i);
            int end = at + component.digits;
            if (end > path.length() || !path.substring(at, end).chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.empty();
            }

            int value = Integer.parseInt(path.substring(at, end));
            switch (component) {
                case YEAR -> year = value;
                case MONTH -> month = value;
                case DAY -> day = value;
                case HOUR -> hour = value;
            }
            at = end;
        }
        if (at != path.length()) {
            return Optional.empty();
        }

        try {
            return Optional.of(LocalDateTime.of(year, month, day, hour, 0));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** When the time ends that the folders name. */
    LocalDateTime end(LocalDateTime start) {
        return switch (sequence) {
            case YYYYMM -> start.plusMonths(1);
            case YYYYMMDDHH -> start.plusHours(1);
            case YYYYMMDD, MMYYYYDD, DDMMYYYY -> start.plusDays(1);
        };
    }

    /** How many folders this form has. */
    int depth() {
        return delimiter == DatePartitionDelimiter.SLASH ? components().size() : 1;
    }

    private String separator() {
        return switch (delimiter) {
            case SLASH -> "/";
            case UNDERSCORE -> "_";
            case DASH -> "-";
            case NONE -> "";
        };
    }

    /** Whether the folders of an earlier time come before those of a later one in a listing. */
    boolean sortByTime() {
        return components().get(0) == Component.YEAR;
    }

    private List<Component> components() {
        return switch (sequence) {
            case YYYYMMDD -> List.of(Component.YEAR, Component.MONTH, Component.DAY);
            case YYYYMMDDHH -> List.of(Component.YEAR, Component.MONTH, Component.DAY, Component.HOUR);
            case YYYYMM -> List.of(Component.YEAR, Component.MONTH);
            case MMYYYYDD -> List.of(Component.MONTH, Component.YEAR, Component.DAY);
            case DDMMYYYY -> List.of(Component.DAY, Component.MONTH, Component.YEAR);
        };
    }

    private static String text(Component component, LocalDateTime local) {
        int value = switch (component) {
            case YEAR -> local.getYear();
            case MONTH -> local.getMonthValue();
            case DAY -> local.getDayOfMonth();
            case HOUR -> local.getHour();
        };
        return String.format(Locale.ROOT, "%0" + component.digits + "d", value);
    }
}
