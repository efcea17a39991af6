package io.convergence.testkit.compact;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.SizeStatistics;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;

/**
 * Whether all that a compacted file says about its pages is true: checksums, sizes, counts, statistics, indexes. Held against the
 * cells that parquet-java finds, page by page.
 */
final class PageOracle {
    private final MessageType schema;
    private final List<Object[]> rows;
    private final List<String> problems = new ArrayList<>();
    private String place = "";

    private PageOracle(MessageType schema, List<Object[]> rows) {
        this.schema = schema;
        this.rows = rows;
    }

    /** @param rows physical cells of the file in order */
    static List<String> problems(byte[] file, MessageType schema, List<Object[]> rows) {
        var oracle = new PageOracle(schema, rows);
        oracle.check(ParquetPages.parse(file));
        return oracle.problems;
    }

    private void problem(String what) {
        problems.add(place + ": " + what);
    }

    private void demand(long found, long expected, String what) {
        if (found != expected) {
            problem(what + " is " + found + ", not " + expected);
        }
    }

    private void check(ParquetPages file) {
        int from = 0;
        for (int group = 0; group < file.groups.size(); group++) {
            int to = from
                    + Math.toIntExact(file.footer.getRow_groups().get(group).getNum_rows());
            for (int column = 0; column < schema.getFieldCount(); column++) {
                PrimitiveType type = schema.getType(column).asPrimitiveType();
                place = "row group " + group + ", column '" + type.getName() + "'";
                if (to > rows.size()) {
                    problem("the row group ends at row " + to + " of " + rows.size());
                    return;
                }

                Object[] cells = new Object[to - from];
                for (int i = 0; i < cells.length; i++) {
                    cells[i] = rows.get(from + i)[column];
                }
                check(type, file.groups.get(group).get(column), cells);
            }
            from = to;
        }
        place = "footer";
        demand(file.footer.getNum_rows(), rows.size(), "the number of rows");
        demand(from, rows.size(), "the rows of all row groups");
    }

    private void check(PrimitiveType type, ParquetPages.Chunk chunk, Object[] cells) {
        String chunkPlace = place;
        ColumnMetaData metadata = chunk.metadata();
        demand(metadata.getNum_values(), cells.length, "the number of values");
        Statistics statistics = metadata.getStatistics();
        if (statistics == null) {
            // Of INT96 and of columns with NaN readers look at no bounds, and parquet-java writes no counts without
            // them.
            if (!mayLackColumnIndex(type, cells)) {
                problem("there are no statistics of " + type);
            }
        } else {
            check(type, statistics, cells);
        }
        if (metadata.isSetSize_statistics()) {
            check(type, metadata.getSize_statistics(), cells);
        }

        checkSizes(chunk);
        checkEncodings(chunk);
        List<ParquetPages.Page> pages = chunk.dataPages();
        boolean indexed = chunk.offsetIndex != null;
        if (!indexed) {
            problem("there is no offset index");
        } else {
            demand(chunk.offsetIndex.getPage_locationsSize(), pages.size(), "the number of pages in the offset index");
            indexed = chunk.offsetIndex.getPage_locationsSize() == pages.size();
        }
        ColumnIndex columnIndex = chunk.columnIndex;
        if (columnIndex == null) {
            if (!mayLackColumnIndex(type, cells)) {
                problem("there is no column index");
            }
        } else {
            demand(columnIndex.getNull_pagesSize(), pages.size(), "the number of pages in the column index");
            columnIndex = columnIndex.getNull_pagesSize() == pages.size() ? columnIndex : null;
        }

        int at = 0;
        for (int i = 0; i < chunk.pages.size(); i++) {
            ParquetPages.Page page = chunk.pages.get(i);
            place = chunkPlace + ", page " + i + " of " + chunk.pages.size();
            checkBody(page, metadata.getCodec());
            if (page.isDictionary()) {
                demand(i, 0, "the place of the dictionary");
                continue;
            }

            int number = i - (chunk.hasDictionary() ? 1 : 0);
            int end = at + page.values();
            if (end > cells.length) {
                problem("it ends at row " + end + " of " + cells.length);
                return;
            }

            Object[] own = java.util.Arrays.copyOfRange(cells, at, end);
            if (indexed) {
                PageLocation location = chunk.offsetIndex.getPage_locations().get(number);
                demand(location.getFirst_row_index(), at, "the first row in the offset index");
                demand(location.getOffset(), page.offset, "the offset in the offset index");
                demand(
                        location.getCompressed_page_size(),
                        page.headerLength + page.body.length,
                        "the size in the offset index");
            }
            if (columnIndex != null) {
                check(type, columnIndex, number, own);
            }
            if (page.isV2()) {
                DataPageHeaderV2 header = page.header.getData_page_header_v2();
                demand(header.getNum_nulls(), nulls(own), "the number of nulls in the header");
                demand(header.getNum_rows(), own.length, "the number of rows in the header");
                if (header.isSetStatistics()) {
                    check(type, header.getStatistics(), own);
                }
            } else if (page.header.getData_page_header().isSetStatistics()) {
                check(type, page.header.getData_page_header().getStatistics(), own);
            }
            at = end;
        }
        place = chunkPlace;
        demand(at, cells.length, "the rows of all pages");
        if (columnIndex != null) {
            checkOrder(type, columnIndex);
        }
    }

    private static boolean mayLackColumnIndex(PrimitiveType type, Object[] cells) {
        if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
            return true;
        }
        for (Object cell : cells) {
            if (isNan(cell)) {
                return true;
            }
        }

        return false;
    }

    private void checkSizes(ParquetPages.Chunk chunk) {
        long compressed = 0;
        long uncompressed = 0;
        for (ParquetPages.Page page : chunk.pages) {
            compressed += page.headerLength + page.body.length;
            uncompressed += page.headerLength + page.header.getUncompressed_page_size();
        }
        demand(chunk.metadata().getTotal_compressed_size(), compressed, "the compressed size");
        demand(chunk.metadata().getTotal_uncompressed_size(), uncompressed, "the uncompressed size");
        for (ParquetPages.Page page : chunk.pages) {
            if (!page.isDictionary()) {
                demand(chunk.metadata().getData_page_offset(), page.offset, "the offset of the first data page");
                break;
            }
        }
    }

    private void checkEncodings(ParquetPages.Chunk chunk) {
        Set<Encoding> used = new HashSet<>();
        for (ParquetPages.Page page : chunk.dataPages()) {
            used.add(
                    page.isV2()
                            ? page.header.getData_page_header_v2().getEncoding()
                            : page.header.getData_page_header().getEncoding());
        }
        used.removeAll(chunk.metadata().getEncodings());
        if (!used.isEmpty()) {
            problem("pages use " + used + ", the footer names "
                    + chunk.metadata().getEncodings());
        }
    }

    private void checkBody(ParquetPages.Page page, CompressionCodec codec) {
        if (!page.header.isSetCrc()) {
            problem("it has no checksum");
        } else {
            demand(page.header.getCrc(), page.checksum(), "the checksum");
        }

        int levels = page.isV2() ? page.header.getData_page_header_v2().getDefinition_levels_byte_length() : 0;
        boolean plain = page.isV2() && !page.header.getData_page_header_v2().isIs_compressed();
        byte[] values = java.util.Arrays.copyOfRange(page.body, levels, page.body.length);
        int size = page.header.getUncompressed_page_size() - levels;
        if (values.length > 0) {
            byte[] decompressed = plain ? values : PageEncodings.decompress(codec, values, size);
            demand(decompressed.length, size, "the size of the decompressed values");
        }
    }

    private void check(PrimitiveType type, Statistics statistics, Object[] cells) {
        if (!statistics.isSetNull_count()) {
            problem("the statistics count no nulls");
        } else {
            demand(statistics.getNull_count(), nulls(cells), "the number of nulls in the statistics");
        }
        boolean legacyOnly = !statistics.isSetMin_value() && statistics.isSetMin();
        byte[] min = legacyOnly ? statistics.getMin() : statistics.getMin_value();
        byte[] max = legacyOnly ? statistics.getMax() : statistics.getMax_value();
        if (min == null || max == null) {
            boolean expected = !mayLackColumnIndex(type, cells) && nulls(cells) < cells.length;
            if (expected && place.indexOf("page") < 0) {
                problem("the statistics have no bounds");
            }
            return;
        }

        Object[] bounds = bounds(type, cells);
        bound(type, decode(type, min), bounds[0], "lower bound of the statistics", true);
        bound(type, decode(type, max), bounds[1], "upper bound of the statistics", false);
        if (bounds[0] != null && statistics.isSetIs_min_value_exact() && statistics.isIs_min_value_exact()) {
            exact(type, decode(type, min), bounds[0], "lower");
        }
        if (bounds[1] != null && statistics.isSetIs_max_value_exact() && statistics.isIs_max_value_exact()) {
            exact(type, decode(type, max), bounds[1], "upper");
        }
    }

    private void exact(PrimitiveType type, Object found, Object expected, String which) {
        boolean zero = expected instanceof Number number && number.doubleValue() == 0;
        if (!zero && compare(type, found, expected) != 0) {
            problem("the " + which + " bound is said to be exact: " + found + ", but it is " + expected);
        }
    }

    private void check(PrimitiveType type, SizeStatistics sizes, Object[] cells) {
        List<Long> histogram = sizes.getDefinition_level_histogram();
        long nulls = nulls(cells);
        if (histogram != null && !histogram.isEmpty() && type.isRepetition(Repetition.OPTIONAL)) {
            if (!histogram.equals(List.of(nulls, cells.length - nulls))) {
                problem("the histogram of levels is " + histogram + ", there are " + nulls + " nulls of "
                        + cells.length);
            }
        }
        if (sizes.isSetUnencoded_byte_array_data_bytes()) {
            long bytes = 0;
            for (Object cell : cells) {
                bytes += cell instanceof Binary value ? value.length() : 0;
            }
            demand(sizes.getUnencoded_byte_array_data_bytes(), bytes, "the bytes of all values");
        }
    }

    private void check(PrimitiveType type, ColumnIndex index, int page, Object[] cells) {
        boolean nullPage = index.getNull_pages().get(page);
        long nulls = nulls(cells);
        if (nullPage != (nulls == cells.length)) {
            problem("the column index says " + (nullPage ? "all" : "not all") + " cells are null; " + nulls + " of "
                    + cells.length + " are");
        }
        if (!index.isSetNull_counts()) {
            problem("the column index counts no nulls");
        } else {
            demand(index.getNull_counts().get(page), nulls, "the number of nulls in the column index");
        }
        if (!nullPage) {
            Object[] bounds = bounds(type, cells);
            bound(
                    type,
                    decode(type, bytes(index.getMin_values().get(page))),
                    bounds[0],
                    "column index's minimum",
                    true);
            bound(
                    type,
                    decode(type, bytes(index.getMax_values().get(page))),
                    bounds[1],
                    "column index's maximum",
                    false);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private void checkOrder(PrimitiveType type, ColumnIndex index) {
        if (index.getBoundary_order() == BoundaryOrder.UNORDERED) {
            return;
        }

        int sign = index.getBoundary_order() == BoundaryOrder.ASCENDING ? 1 : -1;
        Object lastMin = null;
        Object lastMax = null;
        for (int i = 0; i < index.getNull_pagesSize(); i++) {
            if (index.getNull_pages().get(i)) {
                continue;
            }

            Object min = decode(type, bytes(index.getMin_values().get(i)));
            Object max = decode(type, bytes(index.getMax_values().get(i)));
            if (lastMin != null && (sign * compare(type, lastMin, min) > 0 || sign * compare(type, lastMax, max) > 0)) {
                problem("the column index is not " + index.getBoundary_order() + " at page " + i);
            }
            lastMin = min;
            lastMax = max;
        }
    }

    /** Lower and upper bound of what is neither null nor NaN; null if there is nothing. */
    private static Object[] bounds(PrimitiveType type, Object[] cells) {
        Object[] bounds = new Object[2];
        for (Object cell : cells) {
            if (cell == null || isNan(cell)) {
                continue;
            }
            bounds[0] = bounds[0] == null || compare(type, cell, bounds[0]) < 0 ? cell : bounds[0];
            bounds[1] = bounds[1] == null || compare(type, cell, bounds[1]) > 0 ? cell : bounds[1];
        }

        return bounds;
    }

    private void bound(PrimitiveType type, Object found, Object expected, String what, boolean lower) {
        if (isNan(found)) {
            // parquet-java's writer notes NaN where there is nothing else; readers pass over it.
            if (expected != null) {
                problem("the " + what + " is NaN, but there is " + show(expected));
            }
        } else if (expected != null && type.getPrimitiveTypeName() != PrimitiveTypeName.INT96) {
            int order = compare(type, found, expected);
            if (lower ? order > 0 : order < 0) {
                problem("the " + what + " is " + show(found) + ", but there is " + show(expected));
            }
        }
    }

    private static String show(Object value) {
        return value instanceof Binary bytes
                ? java.util.HexFormat.of().formatHex(bytes.getBytes())
                : String.valueOf(value);
    }

    @SuppressWarnings("unchecked") // the comparator's class is the one of the type's values
    private static int compare(PrimitiveType type, Object one, Object other) {
        return ((Comparator<Object>) (Comparator<?>) type.comparator()).compare(one, other);
    }

    private static boolean isNan(Object cell) {
        return cell instanceof Float number && number.isNaN() || cell instanceof Double other && other.isNaN();
    }

    private static long nulls(Object[] cells) {
        long nulls = 0;
        for (Object cell : cells) {
            nulls += cell == null ? 1 : 0;
        }

        return nulls;
    }

    private static Object decode(PrimitiveType type, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> bytes[0] != 0;
            case INT32 -> buffer.getInt();
            case INT64 -> buffer.getLong();
            case FLOAT -> buffer.getFloat();
            case DOUBLE -> buffer.getDouble();
            case INT96, BINARY, FIXED_LEN_BYTE_ARRAY -> Binary.fromConstantByteArray(bytes);
        };
    }
}
