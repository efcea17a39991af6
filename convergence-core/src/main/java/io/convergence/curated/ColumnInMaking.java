package io.convergence.curated;

import io.convergence.store.internal.FilePage;
import io.convergence.store.internal.PageFile;
import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.DeltaNumbers;
import io.convergence.store.internal.pages.LevelRuns;
import io.convergence.store.internal.pages.PackedIds;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PlainValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * One column of the row group being written: values are taken one by one or as stretches of a stored column, and become pages of
 * {@link #PAGE_ROWS} rows. Values that repeat stand in a dictionary; where the first page shows that they do not, or the
 * dictionary gets large, the rest of the chunk does without. Not thread-safe.
 */
final class ColumnInMaking {
    static final int PAGE_ROWS = 20_000;
    /** Of a page that follows a stored one, so that rows that came to it do not move all page boundaries behind it. */
    private static final int MOST_PAGE_ROWS = 30_000;
    /** Smaller pages are not copied but taken into others, so that pages do not become ever smaller. */
    private static final int LEAST_PAGE_ROWS = 10_000;

    /** Above this share of distinct values a dictionary saves too little to be looked up for each. */
    private static final double MOST_DISTINCT = 0.3;
    /** Ids and deltas of random values do not get smaller; readers spare the work then. */
    private static final double COMPRESSING_WORTH = 0.98;

    /** Smaller ones are worth keeping whatever changes: what is in vain of them costs next to nothing. */
    private static final int SMALL_DICTIONARY = 32 << 10;

    private static final int ROOM_FOR_GROUP = 8;

    private final String name;
    private final PrimitiveType type;
    private final PrimitiveTypeName physical;
    private final int width;
    private final boolean optional;
    private PageCodecs codecs;
    private final ByteSink plain = new ByteSink(1 << 12);
    private final PlainValues values;
    private final LevelRuns levels = new LevelRuns();
    private final DeltaNumbers deltas = new DeltaNumbers();
    private final ByteSink body = new ByteSink(1 << 12);
    private final ByteSink packed = new ByteSink(1 << 12);
    private int[] ids = new int[1 << 10];
    private int count;
    private final ValueDictionary dictionary;
    private boolean withIds;
    private boolean began;
    private @Nullable Encoding numbers;
    private CompressionCodecName codec = CompressionCodecName.ZSTD;
    private boolean codecDecided;
    private final List<FilePage> pages = new ArrayList<>();
    private long storedBytes;
    private long nulls;
    private boolean followsStored;
    private boolean chunkEnded;
    /** The chunk whose dictionary this one begins with. */
    private @Nullable StoredColumn seed;

    private int seedSerial;
    private int seedBytes;

    ColumnInMaking(ColumnDescriptor column, PageCodecs codecs) {
        this.name = column.getPath()[0];
        this.type = column.getPrimitiveType();
        this.physical = type.getPrimitiveTypeName();
        this.width = PlainValues.width(type);
        this.optional = column.getMaxDefinitionLevel() > 0;
        this.codecs = codecs;
        this.values = new PlainValues(type);
        this.dictionary = new ValueDictionary(width);
        begin();
    }

    private void begin() {
        withIds = physical != PrimitiveTypeName.BOOLEAN;
        began = false;
        numbers = null;
        codec = CompressionCodecName.ZSTD;
        codecDecided = false;
        dictionary.clear();
        pages.clear();
        storedBytes = 0;
        followsStored = false;
        chunkEnded = false;
        seed = null;
        seedBytes = 0;
    }

    /** From here on pages are packed by these: codecs belong to a thread, and another may go on with the column. */
    void use(PageCodecs ofThread) {
        codecs = ofThread;
    }

    PrimitiveType type() {
        return type;
    }

    /** Bytes of finished pages, and what the open one holds uncompressed; without the dictionary a stored row group had, too. */
    long storedBytes() {
        return storedBytes + (withIds ? dictionary.bytes().size() - seedBytes : plain.size());
    }

    /** Nulls since the column was made. */
    long nulls() {
        return nulls;
    }

    void putNull() {
        if (!optional) {
            throw new IllegalStateException("Cannot put a null into column '" + name + "'.");
        }
        levels.append(0, 1);
        nulls++;
        cut();
    }

    void putInt(int value) {
        if (withIds) {
            ByteSink.setInt(scratch, 0, value);
            putBytes(scratch, 0, 4);
        } else {
            plain.putInt(value);
            took();
        }
    }

    void putLong(long value) {
        if (withIds) {
            ByteSink.setLong(scratch, 0, value);
            putBytes(scratch, 0, 8);
        } else {
            plain.putLong(value);
            took();
        }
    }

    private final byte[] scratch = new byte[8];

    void putBoolean(boolean value) {
        plain.put(value ? 1 : 0);
        took();
    }

    /** A value of fixed width, or text or bytes without their length. */
    void putBytes(byte[] source, int from, int length) {
        if (withIds) {
            int id = dictionary.id(source, from, length);
            if (id >= 0) {
                roomForIds(1);
                ids[count] = id;
                took();
                return;
            }
            giveUpIds();
        }
        if (width == 0) {
            plain.putInt(length);
        }
        plain.put(source, from, length);
        took();
    }

    private void took() {
        count++;
        levels.append(1, 1);
        cut();
    }

    private void roomForIds(int more) {
        if (count + more + ROOM_FOR_GROUP > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(count + more + ROOM_FOR_GROUP, 2 * ids.length));
        }
    }

    /**
     * Takes present values of a stored page.
     *
     * @param first of them, counted without nulls
     */
    void take(StoredColumn from, int first, int length) {
        int done = 0;
        while (done < length) {
            followsStored = true;
            int now = Math.min(length - done, mostRows() - levels.size());
            takeInPage(from, first + done, now);
            count += now;
            levels.append(1, now);
            done += now;
            cut();
        }
    }

    void takeNulls(int length) {
        int done = 0;
        while (done < length) {
            followsStored = true;
            int now = Math.min(length - done, mostRows() - levels.size());
            levels.append(0, now);
            nulls += now;
            done += now;
            cut();
        }
    }

    private int mostRows() {
        return followsStored ? MOST_PAGE_ROWS : PAGE_ROWS;
    }

    /** The rows to come are of another stored page: a page that is large enough ends where that one did. */
    void endsStoredPage() {
        if (levels.size() >= LEAST_PAGE_ROWS) {
            endPage();
        }
    }

    /**
     * Begins an empty chunk with codec and dictionary of a stored one, so that its ids keep their meaning and its pages can be copied. Entries
     * that no row has any more stay: until a merge changes rows of every page if the dictionary is large, for good if it is small.
     *
     * @param copies whether pages may be copied
     */
    void seed(StoredColumn from, boolean copies) {
        if (!pages.isEmpty() || levels.size() > 0 || began) {
            return;
        }
        boolean ids = from.hasDictionary();
        if (!copies && (!ids || from.dictionary().end() - from.dictionary().start() > SMALL_DICTIONARY)) {
            return;
        }
        if (ids && withIds) {
            PlainValues entries = from.dictionary();
            for (int i = 0; i < entries.count(); i++) {
                int start = entries.start(i);
                if (dictionary.id(entries.bytes(), start, entries.end(i) - start) != i) {
                    dictionary.clear();
                    return;
                }
            }
            seed = from;
            seedSerial = from.serial();
            seedBytes = dictionary.bytes().size();
        }
        withIds &= ids;
        began = true;
        codec = from.codec();
        codecDecided = true;
    }

    /**
     * Takes the page a stored column is at, as it is stored.
     *
     * @return false if its bytes would mean something else here, or it is too small
     */
    boolean takePage(StoredColumn from) {
        boolean fits = began
                && codecDecided
                && codec == from.codec()
                && from.rowsOfPage() >= LEAST_PAGE_ROWS
                && (!from.storesIds() || (seed == from && seedSerial == from.serial()));
        if (!fits) {
            return false;
        }
        endPage();
        FilePage page = from.storedPage();
        pages.add(page);
        storedBytes += page.length();
        nulls += page.nulls();
        return true;
    }

    private void takeInPage(StoredColumn from, int first, int length) {
        if (from.hasIds()) {
            if (withIds && takeIds(from, first, length)) {
                return;
            }
            PlainValues entries = from.dictionary();
            int[] stored = from.ids();
            for (int i = first; i < first + length; i++) {
                int start = entries.start(stored[i]);
                putPlain(entries.bytes(), start, entries.end(stored[i]) - start);
            }
            return;
        }
        PlainValues stored = from.plain();
        if (withIds) {
            if (!began) {
                // It was written without a dictionary before.
                giveUpIds();
                dictionary.clear();
            } else if (takePlainAsIds(stored, first, length)) {
                return;
            }
        }
        int start = stored.start(first) - (width == 0 ? Integer.BYTES : 0);
        plain.put(stored.bytes(), start, stored.end(first + length - 1) - start);
    }

    private boolean takeIds(StoredColumn from, int first, int length) {
        roomForIds(length);
        int[] stored = from.ids();
        if (seed == from && seedSerial == from.serial()) {
            System.arraycopy(stored, first, ids, count, length);
            return true;
        }
        int[] map = from.map(this);
        PlainValues entries = from.dictionary();
        for (int i = 0; i < length; i++) {
            int entry = stored[first + i];
            int id = map[entry] - 1;
            if (id < 0) {
                int start = entries.start(entry);
                id = dictionary.id(entries.bytes(), start, entries.end(entry) - start);
                if (id < 0) {
                    giveUpIds();
                    return false;
                }
                map[entry] = id + 1;
            }
            ids[count + i] = id;
        }
        return true;
    }

    private boolean takePlainAsIds(PlainValues stored, int first, int length) {
        roomForIds(length);
        for (int i = 0; i < length; i++) {
            int start = stored.start(first + i);
            int id = dictionary.id(stored.bytes(), start, stored.end(first + i) - start);
            if (id < 0) {
                giveUpIds();
                return false;
            }
            ids[count + i] = id;
        }
        return true;
    }

    private void putPlain(byte[] source, int from, int length) {
        if (width == 0) {
            plain.putInt(length);
        }
        plain.put(source, from, length);
    }

    /** From here on values stand for themselves; those of the open page are looked up once more. */
    private void giveUpIds() {
        withIds = false;
        byte[] entries = dictionary.bytes().bytes();
        for (int i = 0; i < count; i++) {
            putPlain(entries, dictionary.start(ids[i]), dictionary.end(ids[i]) - dictionary.start(ids[i]));
        }
    }

    private void cut() {
        if (levels.size() >= mostRows()) {
            endPage();
        }
    }

    private void endPage() {
        if (levels.size() == 0) {
            return;
        }
        boolean decides = withIds && !began;
        if (decides && count > 0 && dictionary.size() > Math.max(16, MOST_DISTINCT * count)) {
            giveUpIds();
            dictionary.clear();
        }
        began = true;
        body.clear();
        if (optional) {
            body.putInt(0);
            levels.write(body);
            body.setInt(0, body.size() - Integer.BYTES);
        }
        Statistics<?> statistics = Statistics.createStats(type);
        statistics.setNumNulls(levels.nulls());
        Encoding encoding;
        if (withIds && count > 0) {
            encoding = Encoding.RLE_DICTIONARY;
            boundIds(statistics);
            PackedIds.write(ids, count, PackedIds.width(dictionary.size()), body);
        } else {
            values.set(plain.bytes(), 0, plain.size(), count);
            bound(statistics);
            encoding = writeValues();
        }
        pack();
        pages.add(new FilePage(
                levels.size(),
                levels.nulls(),
                encoding,
                null,
                packed.copy(),
                0,
                packed.size(),
                body.size(),
                true,
                statistics));
        storedBytes += packed.size();
        followsStored = false;
        levels.clear();
        plain.clear();
        count = 0;
    }

    private Encoding writeValues() {
        boolean whole = physical == PrimitiveTypeName.INT32 || physical == PrimitiveTypeName.INT64;
        if (physical == PrimitiveTypeName.BOOLEAN) {
            writeBits();
            return Encoding.PLAIN;
        }
        if (!whole || count == 0) {
            body.put(plain.bytes(), 0, plain.size());
            return Encoding.PLAIN;
        }
        Encoding chosen = numbers;
        if (chosen == null) {
            int start = body.size();
            writeDeltas();
            int asDeltas = packedSize(start);
            body.cut(start);
            body.put(plain.bytes(), 0, plain.size());
            int asPlain = packedSize(start);
            body.cut(start);
            chosen = asDeltas <= asPlain ? Encoding.DELTA_BINARY_PACKED : Encoding.PLAIN;
            numbers = chosen;
        }
        if (chosen == Encoding.PLAIN) {
            body.put(plain.bytes(), 0, plain.size());
        } else {
            writeDeltas();
        }
        return chosen;
    }

    private void writeDeltas() {
        if (physical == PrimitiveTypeName.INT64) {
            deltas.writeLongs(plain.bytes(), 0, count, body);
        } else {
            deltas.writeInts(plain.bytes(), 0, count, body);
        }
    }

    private int packedSize(int from) {
        packed.clear();
        codecs.pack(codec, body.bytes(), from, body.size() - from, packed);
        return packed.size();
    }

    private void writeBits() {
        int eight = 0;
        for (int i = 0; i < count; i++) {
            eight |= plain.bytes()[i] << i % 8;
            if (i % 8 == 7 || i == count - 1) {
                body.put(eight);
                eight = 0;
            }
        }
    }

    private void pack() {
        packed.clear();
        codecs.pack(codec, body.bytes(), 0, body.size(), packed);
        if (!codecDecided) {
            codecDecided = true;
            if (packed.size() > COMPRESSING_WORTH * body.size()) {
                codec = CompressionCodecName.UNCOMPRESSED;
                packed.clear();
                packed.put(body.bytes(), 0, body.size());
            }
        }
    }

    private void boundIds(Statistics<?> target) {
        boolean[] used = new boolean[dictionary.size()];
        for (int i = 0; i < count; i++) {
            used[ids[i]] = true;
        }
        byte[] entries = dictionary.bytes().bytes();
        for (int id = 0; id < used.length; id++) {
            if (used[id]) {
                ValueBounds.take(physical, entries, dictionary.start(id), dictionary.end(id), target);
            }
        }
    }

    private void bound(Statistics<?> target) {
        if (count == 0) {
            return;
        }
        if (physical == PrimitiveTypeName.INT32) {
            int least = Integer.MAX_VALUE;
            int greatest = Integer.MIN_VALUE;
            for (int i = 0; i < count; i++) {
                int value = values.intAt(i);
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
            target.updateStats(least);
            target.updateStats(greatest);
        } else if (physical == PrimitiveTypeName.INT64) {
            long least = Long.MAX_VALUE;
            long greatest = Long.MIN_VALUE;
            for (int i = 0; i < count; i++) {
                long value = values.longAt(i);
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
            target.updateStats(least);
            target.updateStats(greatest);
        } else if (physical == PrimitiveTypeName.BINARY) {
            boundTexts(target);
        } else {
            for (int i = 0; i < count; i++) {
                ValueBounds.take(physical, plain.bytes(), values.start(i), values.end(i), target);
            }
        }
    }

    /** Text and bytes order unsigned. */
    private void boundTexts(Statistics<?> target) {
        byte[] bytes = plain.bytes();
        int least = 0;
        int greatest = 0;
        for (int i = 1; i < count; i++) {
            int start = values.start(i);
            int end = values.end(i);
            if (Arrays.compareUnsigned(bytes, start, end, bytes, values.start(least), values.end(least)) < 0) {
                least = i;
            } else if (Arrays.compareUnsigned(bytes, start, end, bytes, values.start(greatest), values.end(greatest))
                    > 0) {
                greatest = i;
            }
        }
        ValueBounds.take(physical, bytes, values.start(least), values.end(least), target);
        ValueBounds.take(physical, bytes, values.start(greatest), values.end(greatest), target);
    }

    /** Ends the open page and packs the dictionary; {@link #write} must follow. */
    void endChunk() {
        if (chunkEnded) {
            return;
        }
        chunkEnded = true;
        endPage();
        if (hasIds()) {
            packed.clear();
            ByteSink entries = dictionary.bytes();
            codecs.pack(codec, entries.bytes(), 0, entries.size(), packed);
        }
    }

    private boolean hasIds() {
        for (FilePage page : pages) {
            if (page.encoding() == Encoding.RLE_DICTIONARY) {
                return true;
            }
        }
        return false;
    }

    /** Writes the chunk, which was ended, and begins the next. */
    void write(PageFile target) {
        target.startColumn(codec);
        if (hasIds()) {
            target.dictionary(
                    packed.bytes(), 0, packed.size(), dictionary.bytes().size(), dictionary.size());
        }
        pages.forEach(target::page);
        begin();
    }

    /** Tells one state of the dictionary from another, for those who remember its ids. */
    int dictionaryEpoch() {
        return dictionary.epoch();
    }
}
