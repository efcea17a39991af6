package io.convergence.compact;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.DecodedPage;
import io.convergence.store.internal.pages.LevelRuns;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PageHeader;
import io.convergence.store.internal.pages.PlainValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** Makes one column chunk of an output of the chunks of many row groups. Used once. Not thread-safe. */
final class ColumnStitcher {
    /** As parquet-java cuts pages. */
    private static final int ROWS_OF_PAGE = 20_000;

    /**
     * Of few different values. Query engines pay for each page, and its bounds exclude nothing: a count by such a column takes 1.5 times
     * as long with pages of 20,000 rows.
     */
    private static final int ROWS_OF_LARGE_PAGE = 1_000_000;

    private static final int FEW_VALUES = 256;

    private static final int BYTES_OF_PAGE = 1 << 20;

    private final ColumnDescriptor column;
    private final int place;
    private final CellFold read;
    private final ChunkReaders readers;
    private final ColumnPolicy policy;
    private final ColumnDictionary dictionary;
    private final PageEncoder encoder;
    private final CellFold written;
    private final StitchingParts parts;
    private final PageInMaking making;
    private final List<StitchedPage> pages = new ArrayList<>();
    private boolean dictionaryFull;

    private ColumnStitcher(
            ColumnDescriptor column,
            int place,
            CellFold read,
            CellFold written,
            PageCodecs codecs,
            ChunkReaders readers,
            ColumnPolicy policy,
            StitchingParts parts) {
        this.column = column;
        this.place = place;
        this.read = read;
        this.readers = readers;
        this.policy = policy;
        this.written = written;
        this.parts = parts;
        this.dictionary = parts.dictionary(column.getPrimitiveType());
        this.encoder = new PageEncoder(column, codecs, policy.copied(), written);
        this.making = parts.making(column.getPrimitiveType());
    }

    /**
     * Stitches a column.
     *
     * @param place of the column in the output
     * @param read folds what is read of the sources
     * @param written folds what will be written
     * @throws CompactionException if a source is damaged
     */
    static StitchedChunk stitch(
            List<SourceGroup> groups,
            ColumnDescriptor column,
            int place,
            CellFold read,
            CellFold written,
            PageCodecs codecs,
            StitchingParts parts) {
        var readers = new ChunkReaders(codecs);
        var policy = ColumnPolicy.decide(groups, place, readers);
        var stitcher = new ColumnStitcher(column, place, read, written, codecs, readers, policy, parts);
        groups.forEach(stitcher::take);
        stitcher.endPage();
        return stitcher.chunk();
    }

    private StitchedChunk chunk() {
        boolean used = pages.stream().anyMatch(page -> page.encoding() == Encoding.RLE_DICTIONARY);
        int entries = used ? dictionary.size() : 0;
        byte[] packed = {};
        if (entries > 0) {
            if (!dictionary.isAsFolded()) {
                written.spoil();
            }
            packed = encoder.packDictionary(dictionary);
            read.made(entries, StitchedChunk.checksum(packed));
        }
        return new StitchedChunk(encoder.codec(), packed, dictionary.bytes().size(), entries, parts.handedOver(pages));
    }

    private void take(SourceGroup group) {
        ColumnFeed feed = group.feeds().get(place);
        if (feed.isAbsent()) {
            takeNulls(group.rows());
            return;
        }

        boolean copying = policy.copied() == group.chunk(place).getCodec() && feed.isSameType();
        if (copying && readers.in(group, place, chunk -> copyDictionary(group, chunk))) {
            return;
        }

        readers.in(group, place, chunk -> {
            ValueConversion conversion =
                    feed.isSameType() ? null : parts.conversion(group.key(), group.descriptor(place), feed);
            SameMeaning meaning = conversion == null
                    ? null
                    : new SameMeaning(group.descriptor(place).getPrimitiveType(), column.getPrimitiveType());
            var reading = new ChunkReading(group.bounds().get(place), chunk, conversion, meaning);
            while (chunk.next()) {
                reading.page(copying);
            }
            return chunk;
        });
    }

    private void takeNulls(long rows) {
        read.nulls(rows);
        for (long left = rows; left > 0; ) {
            int some = (int) Math.min(left, ROWS_OF_PAGE);
            making.levels().append(0, some);
            left -= some;
            endFullPage();
        }
    }

    /**
     * Copies a dictionary whose entries are used once each and in order: it is a page of values then. The pages that follow it are taken
     * as usual.
     *
     * @return false if the dictionary is none of that kind; nothing was taken
     */
    private boolean copyDictionary(SourceGroup group, ColumnPages chunk) {
        DictionaryPage found = DictionaryPage.read(chunk);
        if (found == null) {
            return false;
        }

        LevelRuns levels = found.levels();
        PageHeader source = chunk.dictionaryPage();
        endPage();
        Statistics<?> bounds = group.bounds().get(place).ofChunk(levels.nulls());
        if (bounds == null && isOrdered()) {
            bounds = PageBounds.of(column.getPrimitiveType(), chunk.dictionary(), levels.nulls());
        }
        copy(
                new StitchedPage(
                        levels.size(),
                        levels.nulls(),
                        Encoding.PLAIN,
                        packed(levels),
                        chunk.bytes(),
                        source.bodyStart(),
                        source.stored(),
                        source.unpacked(),
                        true,
                        true,
                        bounds),
                levels);
        if (found.more()) {
            var reading = new ChunkReading(group.bounds().get(place), chunk, null, null);
            reading.at = found.pages();
            do {
                reading.page(true);
            } while (chunk.next());
        }
        return true;
    }

    /** Whether bounds of values mean anything to readers. */
    private boolean isOrdered() {
        return column.getPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.INT96;
    }

    private static byte[] packed(LevelRuns levels) {
        ByteSink packed = new ByteSink(1 << 8);
        levels.write(packed);
        return packed.copy();
    }

    /** @param levels of the source's page, where they stand outside of the body in the copy */
    private void copy(StitchedPage page, @Nullable LevelRuns levels) {
        read.page(read.rows(), page.checksum(), levels == null ? 0 : CellFold.hash(levels), page);
        pages.add(page);
    }

    private void endFullPage() {
        boolean fewValues = making.hasIds() && dictionary.size() <= FEW_VALUES;
        int most = fewValues ? ROWS_OF_LARGE_PAGE : ROWS_OF_PAGE;
        if (making.rows() >= most || making.bytesHeld() >= BYTES_OF_PAGE) {
            endPage();
        }
    }

    private void endPage() {
        if (making.rows() > 0) {
            StitchedPage page = encoder.encode(making, dictionary);
            read.made(page.rows(), page.checksum());
            pages.add(page);
            making.clear();
        }
    }

    /** One chunk of a source, page by page. */
    private final class ChunkReading {
        private final ChunkBounds bounds;
        private final ColumnPages chunk;
        private final @Nullable ValueConversion conversion;
        private final @Nullable SameMeaning meaning;
        private @Nullable PlainValues entries;
        private int[] ids = {};
        private long[] terms = {};
        private int at;

        ChunkReading(
                ChunkBounds bounds,
                ColumnPages chunk,
                @Nullable ValueConversion conversion,
                @Nullable SameMeaning meaning) {
            this.bounds = bounds;
            this.chunk = chunk;
            this.conversion = conversion;
            this.meaning = meaning;
        }

        void page(boolean copying) {
            PageHeader header = chunk.page();
            if (copying && chunk.isSelfContained()) {
                copy(header);
            } else {
                encode(header);
            }
            at++;
        }

        private void copy(PageHeader header) {
            endPage();
            LevelRuns levels = new LevelRuns();
            chunk.levels(levels);
            boolean second = header.kind() == PageHeader.Kind.DATA_V2;
            // A column without nulls has no levels in its pages; the output's stand outside of the values.
            boolean outside = second || !chunk.hasLevels();
            Statistics<?> known = bounds.of(at, header, levels.nulls());
            if (known == null && isOrdered()) {
                // Such as DMS's decimals of more than 18 digits: unpacking takes less time than packing what would be
                // encoded.
                known = PageBounds.of(column.getPrimitiveType(), chunk.decode().plain(), levels.nulls());
            }
            int before = second ? header.definitionBytes() + header.repetitionBytes() : 0;
            ColumnStitcher.this.copy(
                    new StitchedPage(
                            header.values(),
                            levels.nulls(),
                            header.encoding(),
                            outside ? packed(levels) : null,
                            chunk.bytes(),
                            header.bodyStart() + before,
                            header.stored() - before,
                            header.unpacked() - before,
                            header.compressed(),
                            true,
                            known),
                    outside ? levels : null);
        }

        private void encode(PageHeader header) {
            DecodedPage page = chunk.decode();
            read.levels(page.levels());
            int count = page.levels().present();
            if (page.hasIds() && count > 0 && areLongTexts(page.ids(), count)) {
                gatherInSlices(header, page);
                return;
            }
            if (page.hasIds()) {
                takeIds(page.ids(), count);
            } else {
                takePlain(converted(page.plain()));
            }
            making.levels().append(page.levels());
            if (count > 0) {
                making.bound(bounds.of(at, header, page.levels().nulls()));
            }
            endFullPage();
        }

        /** Whether what ids stand for is to be gathered, and is too much for a page: a page of ids can name one long text often. */
        private boolean areLongTexts(int[] source, int count) {
            PlainValues values = entries();
            if (policy.dictionary() && !dictionaryFull || values.width() > 0) {
                return false;
            }

            long bytes = 0;
            for (int i = 0; i < count && bytes <= BYTES_OF_PAGE; i++) {
                bytes += values.end(source[i]) - values.start(source[i]);
            }
            return bytes > BYTES_OF_PAGE;
        }

        private void gatherInSlices(PageHeader header, DecodedPage page) {
            PlainValues values = entries();
            LevelRuns levels = page.levels();
            read.values(page.ids(), levels.present(), terms());
            if (!making.takes(false)) {
                endPage();
            }
            Statistics<?> known = bounds.of(at, header, levels.nulls());
            int done = 0;
            for (int run = 0; run < levels.count(); run++) {
                int end = done + levels.length(run);
                if (!levels.isPresent(run)) {
                    making.levels().append(0, levels.length(run));
                    endFullPage();
                    continue;
                }
                for (; done < end; done++) {
                    gather(values, page.ids(), done, 1, making.roomForPlain());
                    making.tookPlain(1);
                    making.levels().append(1, 1);
                    making.bound(known);
                    endFullPage();
                }
            }
        }

        private void takeIds(int[] source, int count) {
            if (count == 0) {
                return;
            }

            PlainValues values = entries();
            read.values(source, count, terms());
            if (policy.dictionary() && !dictionaryFull) {
                if (!making.takes(true)) {
                    endPage();
                }
                int[] target = making.roomForIds(count);
                int from = making.count();
                for (int i = 0; i < count; i++) {
                    target[from + i] = ids[source[i]];
                }
                making.tookIds(count);
                return;
            }

            if (!making.takes(false)) {
                endPage();
            }
            gather(values, source, 0, count, making.roomForPlain());
            making.tookPlain(count);
        }

        private PlainValues entries() {
            PlainValues known = entries;
            if (known == null) {
                PlainValues source = chunk.dictionary();
                known = conversion == null ? source : ownCopy(converted(source));
                entries = known;
                if (policy.dictionary() && !dictionaryFull) {
                    merge(known);
                }
            }

            return known;
        }

        /** What the source's entries add to the fold of what is read. */
        private long[] terms() {
            PlainValues values = entries();
            if (terms.length < values.count()) {
                terms = new long[values.count()];
                for (int i = 0; i < terms.length; i++) {
                    terms[i] = CellFold.term(values, i);
                }
            }

            return terms;
        }

        /** The output's type takes the place of the source's; what does not mean the same is no right output. */
        private PlainValues converted(PlainValues source) {
            if (conversion == null || meaning == null) {
                return source;
            }

            PlainValues values = conversion.convert(source);
            if (!meaning.holds(source, values)) {
                read.spoil();
            }
            return values;
        }

        /** The conversion's values are good only until its next call. */
        private PlainValues ownCopy(PlainValues values) {
            PlainValues copy = new PlainValues(column.getPrimitiveType());
            byte[] bytes = Arrays.copyOfRange(values.bytes(), values.start(), values.end());
            copy.set(bytes, 0, bytes.length, values.count());
            return copy;
        }

        private void merge(PlainValues values) {
            ids = new int[values.count()];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = dictionary.id(values, i);
                if (ids[i] < 0) {
                    dictionaryFull = true;
                    return;
                }
            }
        }

        private void takePlain(PlainValues values) {
            int count = values.count();
            if (count == 0) {
                return;
            }

            read.plain(values);
            if (policy.dictionary() && !dictionaryFull) {
                if (!making.takes(true)) {
                    endPage();
                }
                int[] target = making.roomForIds(count);
                int from = making.count();
                if (dictionary.ids(values, target, from)) {
                    making.tookIds(count);
                    return;
                }

                dictionaryFull = true;
            }

            if (!making.takes(false)) {
                endPage();
            }
            making.roomForPlain().put(values.bytes(), values.start(), values.end() - values.start());
            making.tookPlain(count);
        }
    }

    private static void gather(PlainValues values, int[] ids, int from, int count, ByteSink target) {
        byte[] source = values.bytes();
        int base = values.start();
        if (values.width() == Long.BYTES) {
            byte[] room = target.reserve(count * Long.BYTES);
            int at = target.size();
            for (int i = from; i < from + count; i++, at += Long.BYTES) {
                ByteSink.setLong(room, at, ByteSink.longAt(source, base + ids[i] * Long.BYTES));
            }
            target.advance(count * Long.BYTES);
        } else if (values.width() == Integer.BYTES) {
            byte[] room = target.reserve(count * Integer.BYTES);
            int at = target.size();
            for (int i = from; i < from + count; i++, at += Integer.BYTES) {
                ByteSink.setInt(room, at, ByteSink.intAt(source, base + ids[i] * Integer.BYTES));
            }
            target.advance(count * Integer.BYTES);
        } else {
            int prefix = values.width() == 0 ? Integer.BYTES : 0;
            for (int i = from; i < from + count; i++) {
                int start = values.start(ids[i]) - prefix;
                target.put(source, start, values.end(ids[i]) - start);
            }
        }
    }
}
