package io.convergence.curated;

import io.convergence.merge.KeyBytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.internal.FilePage;
import io.convergence.store.internal.PageFile;
import io.convergence.store.internal.PageIndex;
import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.DamagedPageException;
import io.convergence.store.internal.pages.DecodedPage;
import io.convergence.store.internal.pages.LevelRuns;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PageHeader;
import io.convergence.store.internal.pages.PageLimits;
import io.convergence.store.internal.pages.PlainValues;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.ColumnOrder;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * One column of a row group that was published, read forwards: by stretches into a column that is being written, or cell by cell. Pages that
 * are passed over are not decoded. Not thread-safe.
 */
final class StoredColumn {
    private final Column column;
    private final PrimitiveTypeName physical;
    private final PrimitiveType type;
    private final boolean isOrdered;
    private final ColumnPages pages;
    private Supplier<@Nullable PageIndex> indexes = () -> null;
    private @Nullable PageIndex index;
    private boolean indexRead;
    private int number;
    private int serial;
    private int told;
    private @Nullable DecodedPage page;
    private boolean decoded;
    private int pageStart;
    private int pageEnd;
    private boolean nulls;
    private boolean onlyNulls;
    private int[] ranks = {};
    private int[] map = {};
    private @Nullable ColumnInMaking mapped;
    private int mappedEpoch;

    StoredColumn(Column column, ColumnDescriptor descriptor, PageCodecs codecs) {
        this.column = column;
        this.type = descriptor.getPrimitiveType();
        this.isOrdered = type.columnOrder().getColumnOrderName() == ColumnOrder.ColumnOrderName.TYPE_DEFINED_ORDER;
        this.physical = type.getPrimitiveTypeName();
        this.pages = new ColumnPages(descriptor, codecs, PageLimits.defaults());
    }

    /** @param ofPages what is said of the bounds of the chunk's pages; asked for once, and only if pages are copied */
    void open(
            byte[] bytes,
            int start,
            ColumnChunkMetaData chunk,
            String createdBy,
            Supplier<@Nullable PageIndex> ofPages) {
        pages.open(bytes, start, chunk, createdBy);
        indexes = ofPages;
        index = null;
        indexRead = false;
        number = -1;
        serial++;
        told = 0;
        page = null;
        decoded = false;
        pageStart = 0;
        pageEnd = 0;
        mapped = null;
    }

    /** From here on pages are unpacked by these. */
    void use(PageCodecs codecs) {
        pages.use(codecs);
    }

    /** Tells one chunk from another. */
    int serial() {
        return serial;
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
            number++;
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
        onlyNulls = levels.present() == 0;
        if (!nulls || onlyNulls) {
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
            seek(at);
            if (told < pageStart) {
                told = pageStart;
                target.endsStoredPage();
            }
            if (at == pageStart && pageEnd <= to && target.takePage(this)) {
                at = pageEnd;
                continue;
            }
            at = copyOfPage(at, Math.min(to, pageEnd), target);
        }
    }

    private int copyOfPage(int from, int end, ColumnInMaking target) {
        int at = from;
        page(at);
        while (at < end) {
            if (!nulls) {
                target.take(this, at - pageStart, end - at);
                return end;
            }
            if (onlyNulls) {
                target.takeNulls(end - at);
                return end;
            }
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
        return end;
    }

    /** Writes the chunk as it is stored, page by page. Nothing may have been read of it. */
    void copyChunk(PageFile target) {
        target.startColumn(pages.codec());
        while (pages.next()) {
            number++;
            pageStart = pageEnd;
            pageEnd += pages.page().values();
            decoded = false;
            if (number == 0 && pages.hasDictionary()) {
                PageHeader entries = pages.dictionaryPage();
                target.dictionary(
                        pages.bytes(), entries.bodyStart(), entries.stored(), entries.unpacked(), entries.values());
            }
            target.page(storedPage(pages.bytes(), pages.page().bodyStart()));
        }
    }

    /** The page at hand as it is stored, in bytes that stay when the row group is left. */
    FilePage storedPage() {
        int start = pages.page().bodyStart();
        return storedPage(
                Arrays.copyOfRange(pages.bytes(), start, start + pages.page().stored()), 0);
    }

    private FilePage storedPage(byte[] bytes, int start) {
        PageHeader header = pages.page();
        if (header.kind() != PageHeader.Kind.DATA_V1) {
            throw new DamagedPageException("column '" + column.name() + "' has a page of version 2");
        }
        int nullsOfPage = nullsOfPage(header);
        return new FilePage(
                header.values(),
                nullsOfPage,
                header.encoding(),
                null,
                bytes,
                start,
                header.stored(),
                header.unpacked(),
                true,
                bounds(header, nullsOfPage));
    }

    /** Rows of the page at hand. */
    int rowsOfPage() {
        return pages.page().values();
    }

    CompressionCodecName codec() {
        return pages.codec();
    }

    /** Whether the page at hand has ids; it need not be decoded. */
    boolean storesIds() {
        return pages.page().hasIds();
    }

    /** Whether the chunk has a dictionary. */
    boolean hasDictionary() {
        seek(pageStart);
        return pages.hasDictionary();
    }

    private @Nullable PageIndex index() {
        if (!indexRead) {
            index = indexes.get();
            indexRead = true;
        }
        PageIndex known = index;
        return known == null || number >= known.pages() ? null : known;
    }

    private int nullsOfPage(PageHeader header) {
        PageIndex known = index();
        long counted = known == null ? -1 : known.nulls(number);
        return counted >= 0 && counted <= header.values()
                ? (int) counted
                : page(pageStart).levels().nulls();
    }

    /** From the column index where that has the values whole, else from the values; null if there are none to be relied on. */
    private @Nullable Statistics<?> bounds(PageHeader header, int nullsOfPage) {
        PageIndex known = index();
        Statistics<?> bounds;
        if (nullsOfPage == header.values() || !isOrdered) {
            return Statistics.getBuilderForReading(type)
                    .withNumNulls(nullsOfPage)
                    .build();
        }
        if (known != null && !known.isOfNulls(number) && isWhole(known.min(number)) && isWhole(known.max(number))) {
            bounds = Statistics.getBuilderForReading(type)
                    .withMin(known.min(number))
                    .withMax(known.max(number))
                    .withNumNulls(nullsOfPage)
                    .build();
        } else {
            bounds = boundsOfValues();
        }
        return bounds.hasNonNullValue() ? bounds : null;
    }

    private boolean isWhole(byte[] bound) {
        int width = PlainValues.width(type);
        return width > 0 ? bound.length == width : bound.length < PageFile.WHOLE_BOUNDS;
    }

    private Statistics<?> boundsOfValues() {
        DecodedPage now = page(pageStart);
        Statistics<?> made = Statistics.createStats(type);
        made.setNumNulls(now.levels().nulls());
        int present = now.levels().present();
        PlainValues values = now.hasIds() ? pages.dictionary() : now.plain();
        for (int i = 0; i < present; i++) {
            int entry = now.hasIds() ? now.ids()[i] : i;
            ValueBounds.take(physical, values.bytes(), values.start(entry), values.end(entry), made);
        }
        return made;
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
        return onlyNulls || (nulls && ranks[row - pageStart + 1] == ranks[row - pageStart]);
    }

    /** The values the cell's one is among, at {@link #place}. */
    private PlainValues values(int row) {
        DecodedPage now = page(row);
        return now.hasIds() ? pages.dictionary() : now.plain();
    }

    private int place(int row) {
        DecodedPage now = page(row);
        int rank = onlyNulls ? 0 : nulls ? ranks[row - pageStart] : row - pageStart;
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
        return now.hasIds() && !isNull(row) ? place(row) : -1;
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
