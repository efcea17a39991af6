package io.convergence;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes. Units are binary: 1 KB = 1,024 bytes, as DMS counts {@code CdcMinFileSize} and {@code MaxFileSize}. */
public record DataSize(long bytes) implements Comparable<DataSize> {
    private static final Pattern TEXT = Pattern.compile("(\\d+)\\s*(B|KB|MB|GB|TB|KIB|MIB|GIB|TIB)?");

    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("Cannot take " + bytes + " bytes as a size: it is negative.");
        }
    }

    public static DataSize ofBytes(long bytes) {
        return new DataSize(bytes);
    }

    public static DataSize ofKilobytes(long kilobytes) {
        return new DataSize(Math.multiplyExact(kilobytes, 1024L));
    }

    public static DataSize ofMegabytes(long megabytes) {
        return new DataSize(Math.multiplyExact(megabytes, 1024L * 1024));
    }

    public static DataSize ofGigabytes(long gigabytes) {
        return new DataSize(Math.multiplyExact(gigabytes, 1024L * 1024 * 1024));
    }

    /**
     * Reads a whole number with an optional unit, e.g. {@code 256MB}, {@code 64 KB}, {@code 1048576}.
     *
     * @throws IllegalArgumentException if the text is not of that form, or too large for 63 bits
     */
    public static DataSize parse(String text) {
        Matcher matcher = TEXT.matcher(requireNonNull(text, "text").trim().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Cannot parse size '" + text
                    + "': it is not a whole number with a unit B, KB, MB, GB or TB. Write e.g. 256MB.");
        }

        String unit = matcher.group(2) == null ? "B" : matcher.group(2).substring(0, 1);
        long factor = 1L << (10 * "BKMGT".indexOf(unit));
        try {
            return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("Cannot parse size '" + text + "': it exceeds 2^63-1 bytes.", e);
        }
    }

    /** Kilobytes (1,024 bytes), rounded down. */
    public long toKilobytes() {
        return bytes / 1024;
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** A short form for people, e.g. {@code 1.5 MB}. */
    @Override
    public String toString() {
        if (bytes < 1024) {
            return bytes + " B";
        }

        int exponent = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        double value = bytes / (double) (1L << (10 * exponent));
        return String.format(Locale.ROOT, "%.1f %sB", value, "KMGTPE".charAt(exponent - 1));
    }
}
