package io.convergence.curated;

import io.convergence.merge.KeyBytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.DamagedPageException;
import io.convergence.store.internal.pages.DecodedPage;
import io.convergence.store.internal.pages.LevelRuns;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PageLimits;
import io.convergence.store.internal.pages.PlainValues;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * One column of a row group that was published, read forwards: by stretches into a column that is being written, or cell by cell. Pages that
 * are passed over are not decoded. Not thread-safe.
 */
final class StoredColumn {
    private final Column column;
    private final PrimitiveTypeName physical;
    private final ColumnPages pages;
    private @Nullable DecodedPage page;
    private boolean decoded;
    private int pageStart;
    private int pageEnd;
    private boolean nulls;
    private int[] ranks = {};
    private int[] map = {};
    private @Nullable ColumnInMaking mapped;
    private int mappedEpoch;

    StoredColumn(Column column, ColumnDescriptor descriptor, PageCodecs codecs) {
        this.column = column;
        this.physical = descriptor.getPrimitiveType().getPrimitiveTypeName();
        this.pages = new ColumnPages(descriptor, codecs, PageLimits.defaults());
    }

    void open(byte[] bytes, int start, ColumnChunkMetaData chunk, String createdBy) {
        pages.open(bytes, start, chunk, createdBy);
        page = null;
        decoded = false;
        pageStart = 0;
        pageEnd = 0;
        mapped = null;
    }

    /** After the last row of the page that holds the row, counted from the row group's first. */
    int pageEnd(int row) {
        seek(row);
        return pageEnd;
    }

    private void seek(int row) {
        while (row >= pageEnd) {
            if (!pages.next()) {
                throw new DamagedPageException("column '" + column.name() + "' ends before row " + row);
            }
            pageStart = pageEnd;
            pageEnd += pages.page().values();
            decoded = false;
        }
        if (row < pageStart) {
            throw new IllegalStateException("Column '" + column.name() + "' is read backwards.");
        }
    }

    private DecodedPage page(int row) {
        seek(row);
        DecodedPage now = page;
        if (!decoded || now == null) {
            now = pages.decode();
            page = now;
            decoded = true;
            rank(now.levels());
        }
        return now;
    }

    /** Numbers the values that are not null. A null has the number of the next value. */
    private void rank(LevelRuns levels) {
        nulls = levels.nulls() > 0;
        if (!nulls) {
            return;
        }
        if (ranks.length < levels.size() + 1) {
            ranks = new int[levels.size() + 1];
        }
        int at = 0;
        int value = 0;
        for (int run = 0; run < levels.count(); run++) {
            int length = levels.length(run);
            if (levels.isPresent(run)) {
                for (int i = 0; i < length; i++) {
                    ranks[at++] = value++;
                }
            } else {
                Arrays.fill(ranks, at, at + length, value);
                at += length;
            }
        }
        ranks[at] = value;
    }

    void copy(int from, int to, ColumnInMaking target) {
        int at = from;
        while (at < to) {
            page(at);
            int end = Math.min(to, pageEnd);
            if (!nulls) {
                target.take(this, at - pageStart, end - at);
                at = end;
                continue;
            }
            while (at < end) {
                int place = at - pageStart;
                boolean present = ranks[place + 1] > ranks[place];
                int run = at + 1;
                while (run < end && ranks[run - pageStart + 1] > ranks[run - pageStart] == present) {
                    run++;
                }
                if (present) {
                    target.take(this, ranks[place], run - at);
                } else {
                    target.takeNulls(run - at);
                }
                at = run;
            }
        }
    }

    boolean hasIds() {
        return page != null && page.hasIds();
    }

    int[] ids() {
        return page == null ? new int[0] : page.ids();
    }

    PlainValues dictionary() {
        return pages.dictionary();
    }

    PlainValues plain() {
        if (page == null) {
            throw new IllegalStateException("No page of column '" + column.name() + "' is open.");
        }
        return page.plain();
    }

    /** By entry of the chunk's dictionary, the target's id plus one, or 0 if it was not looked up yet. */
    int[] map(ColumnInMaking target) {
        if (mapped != target || mappedEpoch != target.dictionaryEpoch()) {
            mapped = target;
            mappedEpoch = target.dictionaryEpoch();
            int entries = dictionary().count();
            map = map.length < entries ? new int[entries] : map;
            Arrays.fill(map, 0);
        }
        return map;
    }

    boolean isNull(int row) {
        page(row);
        return nulls && ranks[row - pageStart + 1] == ranks[row - pageStart];
    }

    /** The values the cell's one is among, at {@link #place}. */
    private PlainValues values(int row) {
        DecodedPage now = page(row);
        return now.hasIds() ? pages.dictionary() : now.plain();
    }

    private int place(int row) {
        DecodedPage now = page(row);
        int rank = nulls ? ranks[row - pageStart] : row - pageStart;
        return now.hasIds() ? now.ids()[rank] : rank;
    }

    /** Of a column of INT64 without nulls. */
    long longAt(int row) {
        return values(row).longAt(place(row));
    }

    @Nullable
    String textAt(int row) {
        if (isNull(row)) {
            return null;
        }
        PlainValues values = values(row);
        int place = place(row);
        return new String(
                values.bytes(), values.start(place), values.end(place) - values.start(place), StandardCharsets.UTF_8);
    }

    byte @Nullable [] bytesAt(int row) {
        if (isNull(row)) {
            return null;
        }
        PlainValues values = values(row);
        int place = place(row);
        return Arrays.copyOfRange(values.bytes(), values.start(place), values.end(place));
    }

    /** The entry of the dictionary a cell has; -1 if it has none. */
    int entryAt(int row) {
        DecodedPage now = page(row);
        return now.hasIds() ? place(row) : -1;
    }

    int entries() {
        return pages.dictionary().count();
    }

    /** The value as published, or null. */
    @Nullable
    Object objectAt(int row) {
        if (isNull(row)) {
            return null;
        }
        PlainValues values = values(row);
        int place = place(row);
        return switch (physical) {
            case BOOLEAN -> values.bytes()[values.start(place)] != 0;
            case INT32 -> ParquetCells.ofInt(column, values.intAt(place));
            case INT64 -> ParquetCells.ofLong(column, values.longAt(place));
            case FLOAT -> Float.intBitsToFloat(values.intAt(place));
            case DOUBLE -> Double.longBitsToDouble(values.longAt(place));
            default ->
                ParquetCells.ofBinary(
                        column,
                        Binary.fromConstantByteArray(
                                values.bytes(), values.start(place), values.end(place) - values.start(place)));
        };
    }

    /** Appends the cell to a key. */
    void putKey(int row, KeyBytes key) {
        PlainValues values = values(row);
        int place = place(row);
        DataType.Kind kind = column.type().kind();
        switch (kind) {
            case INT1, INT2, INT4, UINT1, UINT2 -> key.putLong(values.intAt(place));
            case INT8, UINT4 -> key.putLong(values.longAt(place));
            case STRING, WSTRING, CLOB, NCLOB -> key.putText(values.bytes(), values.start(place), values.end(place));
            case BYTES, BLOB -> key.putBinary(values.bytes(), values.start(place), values.end(place));
            case DATE -> key.putDate(values.intAt(place));
            case DATETIME -> {
                long micros = values.longAt(place);
                key.putDateTime(Math.floorDiv(micros, 1_000_000L), (int) Math.floorMod(micros, 1_000_000L) * 1000);
            }
            default -> {
                Object value = objectAt(row);
                if (value == null) {
                    throw new DamagedPageException("key column '" + column.name() + "' has a null");
                }
                key.put(value);
            }
        }
    }
}
