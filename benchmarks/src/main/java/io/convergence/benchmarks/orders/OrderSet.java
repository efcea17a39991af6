package io.convergence.benchmarks.orders;

import io.convergence.DataSize;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * What a set of files is like. The same settings give the same rows.
 *
 * @param rows of each file; the same in all
 * @param rowGroupRows rows after which a row group ends; files of DMS have 10,000 by default, those of most measurements one
 * @param pages version of data pages, 1 or 2
 * @param columns a mix of columns, see {@link #parse}
 */
public record OrderSet(
        Dictionaries dictionaries,
        CompressionCodecName codec,
        int files,
        int rows,
        int rowGroupRows,
        int pages,
        long seed,
        String columns) {
    /** Bytes of a row of the 13 columns, compressed by GZIP; text and random numbers make most of it. */
    private static final int GZIP_ROW_BYTES = 40;

    private static final List<String> OPTIONS =
            List.of("mode", "codec", "files", "size", "rows", "group", "pages", "seed", "columns");

    public OrderSet {
        if (files < 1 || rows < 1 || rowGroupRows < 1 || pages < 1 || pages > 2) {
            throw new IllegalArgumentException("Cannot make " + files + " files of " + rows + " rows in row groups of "
                    + rowGroupRows + " with pages v" + pages + ".");
        }
    }

    /**
     * A set from options {@code name=value}: {@code mode} (plain, java, cpp), {@code codec} (gzip, snappy, zstd, none),
     * {@code files}, {@code size} of a file if it were GZIP (50KB, 1MB …) or {@code rows}, {@code group} (rows of a row group),
     * {@code pages} (1, 2), {@code seed}, {@code columns} (names of the 13 columns separated by commas, {@code o_comment*4} for
     * four of a kind). What is left out is plain, GZIP, 200 files of 1 MB with one row group each.
     */
    public static OrderSet parse(List<String> options) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String option : options) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            if (equals < 0 || !OPTIONS.contains(name)) {
                throw new IllegalArgumentException("Cannot take option '" + option
                        + "' of a set of files: write <name>=<value>, names are " + OPTIONS + ".");
            }

            values.put(name, option.substring(equals + 1));
        }

        int rows = values.containsKey("rows")
                ? Integer.parseInt(values.get("rows"))
                : Math.toIntExact(
                        DataSize.parse(values.getOrDefault("size", "1MB")).bytes() / GZIP_ROW_BYTES);
        return new OrderSet(
                one(values.getOrDefault("mode", "plain"), Dictionaries.values(), Dictionaries::name),
                codec(values.getOrDefault("codec", "gzip")),
                Integer.parseInt(values.getOrDefault("files", "200")),
                rows,
                Integer.parseInt(values.getOrDefault("group", String.valueOf(Integer.MAX_VALUE))),
                Integer.parseInt(values.getOrDefault("pages", "1")),
                Long.parseLong(values.getOrDefault("seed", "42")),
                values.getOrDefault("columns", "all"));
    }

    private static CompressionCodecName codec(String name) {
        return name.equalsIgnoreCase("none")
                ? CompressionCodecName.UNCOMPRESSED
                : one(name, CompressionCodecName.values(), CompressionCodecName::name);
    }

    private static <T> T one(String name, T[] all, Function<T, String> names) {
        return Arrays.stream(all)
                .filter(value -> names.apply(value).equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Cannot take '" + name + "': it is none of " + Arrays.toString(all) + "."));
    }

    /** The set as the options that give it. */
    public List<String> options() {
        return List.of(
                "mode=" + dictionaries.name().toLowerCase(Locale.ROOT),
                "codec=" + codec.name().toLowerCase(Locale.ROOT),
                "files=" + files,
                "rows=" + rows,
                "group=" + rowGroupRows,
                "pages=" + pages,
                "seed=" + seed,
                "columns=" + columns);
    }
}
