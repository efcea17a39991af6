package io.convergence.compact;

import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import io.convergence.store.WriteCondition;
import io.convergence.store.internal.PageFile;
import io.convergence.store.internal.ParquetInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.jspecify.annotations.Nullable;

/**
 * Makes large row groups of small ones, page by page: what need not be decoded is copied. Holds one row group of sources and one of the
 * output; with workers and a heap that is large enough it gathers one, while another is stitched and a third is written.
 */
final class StitchedOutput implements CompactedOutput {
    /** What is held of the next row group while workers stitch one, if the heap is small. */
    private static final int READ_AHEAD = 8 << 20;

    /** Row groups of the size aimed at that the heap must hold before one is gathered while another is stitched and a third is written. */
    private static final int ROW_GROUPS_IN_HEAP = 16;

    private final ColumnUnion columns;
    private final CompactionOptions options;
    private final ColumnWorkers workers;
    private final StitchingParts parts;
    private final boolean overlapping;
    private final ObjectWriter object;
    private final PageFile file;
    private final List<ColumnDescriptor> descriptors;
    private final CellFold[] read;
    private final CellFold[] encoded;
    private final CellFold[] copied;
    private List<SourceGroup> gathered = new ArrayList<>();
    private long gatheredBytes;
    private long gatheredRows;
    private long writtenRows;
    private long stitchedSourceBytes;
    private @Nullable StitchedGroup stitching;

    private StitchedOutput(
            ColumnUnion columns,
            ObjectWriter object,
            CompactionOptions options,
            ColumnWorkers workers,
            StitchingParts parts) {
        this.columns = columns;
        this.options = options;
        this.workers = workers;
        this.parts = parts;
        this.object = object;
        this.descriptors = columns.schema().getColumns();
        this.read = folds(descriptors.size());
        this.encoded = folds(descriptors.size());
        this.copied = folds(descriptors.size());
        this.overlapping = workers.any()
                && Runtime.getRuntime().maxMemory() / ROW_GROUPS_IN_HEAP
                        >= options.rowGroupSize().bytes();
        this.file = new PageFile(object, columns.schema());
    }

    private static CellFold[] folds(int count) {
        return Stream.generate(CellFold::new).limit(count).toArray(CellFold[]::new);
    }

    /** Outputs whose columns these workers stitch. */
    static Maker maker(ColumnWorkers workers) {
        return maker(workers, StitchingParts.SOUND);
    }

    static Maker maker(ColumnWorkers workers, StitchingParts parts) {
        return (store, key, columns, options) -> open(store, key, columns, options, workers, parts);
    }

    private static StitchedOutput open(
            ObjectStore store,
            String key,
            ColumnUnion columns,
            CompactionOptions options,
            ColumnWorkers workers,
            StitchingParts parts) {
        ObjectWriter object =
                ObjectWriter.open(store, key, WriteCondition.ifAbsent(), CompactedOutput.partBytes(options));
        StitchedOutput opened = null;
        try {
            opened = new StitchedOutput(columns, object, options, workers, parts);
            return opened;
        } finally {
            if (opened == null) {
                object.close();
            }
        }
    }

    @Override
    public void append(OpenSource source) {
        List<ColumnFeed> feeds = columns.feeds(source.schema());
        String createdBy = source.footer().createdBy();
        for (BlockMetaData block : source.footer().groups()) {
            append(FileRows.guard(source.key(), "its row groups", () -> group(source, createdBy, block, feeds)));
        }
    }

    private void append(SourceGroup group) {
        boolean full = gatheredBytes + group.stored() > options.rowGroupSize().bytes()
                || gatheredRows + group.rows() > options.rowGroupRows();
        if (full && gatheredRows > 0) {
            stitchGathered();
        }

        gathered.add(group);
        gatheredBytes += group.stored();
        gatheredRows += group.rows();
        if (!overlapping && gatheredBytes > READ_AHEAD) {
            writeStitched();
        }
    }

    private static SourceGroup group(OpenSource source, String createdBy, BlockMetaData block, List<ColumnFeed> feeds)
            throws IOException {
        ParquetInput input = source.input();
        long start = Long.MAX_VALUE;
        long end = 0;
        List<ChunkBounds> bounds = new ArrayList<>();
        for (ColumnFeed feed : feeds) {
            if (feed.isAbsent()) {
                bounds.add(ChunkBounds.unknown(feed.target()));
                continue;
            }

            ColumnChunkMetaData chunk = block.getColumns().get(feed.source());
            check(chunk, block, input.getLength());
            start = Math.min(start, chunk.getStartingPos());
            end = Math.max(end, chunk.getStartingPos() + chunk.getTotalSize());
            bounds.add(
                    feed.isSameType()
                            ? ChunkBounds.read(feed.target(), chunk, input)
                            : ChunkBounds.unknown(feed.target()));
        }
        if (end <= start) {
            return new SourceGroup(source.key(), createdBy, new byte[0], 0, 0, block, feeds, bounds);
        }
        if (end - start > Integer.MAX_VALUE - 16) {
            throw new IOException("a row group has " + (end - start) + " bytes, more than 2 GB");
        }

        int stored = (int) (end - start);
        byte[] whole = input.whole();
        if (whole.length > 0) {
            return new SourceGroup(source.key(), createdBy, whole, 0, stored, block, feeds, bounds);
        }

        byte[] bytes = new byte[stored];
        input.read(start, bytes, 0, stored);
        return new SourceGroup(source.key(), createdBy, bytes, start, stored, block, feeds, bounds);
    }

    private static void check(ColumnChunkMetaData chunk, BlockMetaData block, long size) throws IOException {
        long start = chunk.getStartingPos();
        if (start < 0 || chunk.getTotalSize() < 0 || start > size - chunk.getTotalSize()) {
            throw new IOException("column '" + chunk.getPath().toDotString() + "' claims " + chunk.getTotalSize()
                    + " bytes from " + start + ", the file has " + size);
        }
        if (chunk.getValueCount() != block.getRowCount()) {
            throw new IOException("column '" + chunk.getPath().toDotString() + "' has " + chunk.getValueCount()
                    + " values in " + block.getRowCount() + " rows");
        }
    }

    /** Begins with what was gathered. Workers stitch it while what was before is written, and the next is read. */
    private void stitchGathered() {
        StitchedGroup before = stitching;
        if (before != null) {
            // Its columns fold their cells after those of the row group before.
            before.finish();
        }
        stitching = null;
        if (gatheredRows > 0) {
            StitchedGroup next = new StitchedGroup(gathered, descriptors, read, encoded, parts);
            stitchedSourceBytes += gatheredBytes;
            stitching = next;
            workers.help(next);
        }
        gathered = new ArrayList<>();
        gatheredBytes = 0;
        gatheredRows = 0;
        if (before != null) {
            write(before);
        }
        if (!workers.any()) {
            writeStitched();
        }
    }

    private void writeStitched() {
        StitchedGroup group = stitching;
        stitching = null;
        if (group != null) {
            write(group);
        }
    }

    private void write(StitchedGroup group) {
        group.write(writtenRows, copied, file);
        writtenRows += group.rows();
    }

    /** Of what is held as much as of what was stitched before. */
    @Override
    public long bytes() {
        long sources = stitchedSourceBytes - (stitching == null ? 0 : stitching.bytes());
        double ratio = sources <= 0 ? 1 : object.position() / (double) sources;
        return object.position() + (long) (ratio * (gatheredBytes + stitchedSourceBytes - sources));
    }

    @Override
    public Finished finish(Footer footer) {
        stitchGathered();
        writeStitched();
        OutputChecks checks = checks();
        try {
            file.end(footer.entries(checks));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return new Finished(object.commit(), checks);
    }

    private OutputChecks checks() {
        List<OutputChecks.Column> checked = new ArrayList<>();
        List<String> names = columns.names();
        for (int i = 0; i < read.length; i++) {
            CellFold written = encoded[i].with(copied[i]);
            checked.add(new OutputChecks.Column(
                    names.get(i), written.values(), written.nulls(), read[i].checksum(), written.checksum()));
        }

        return new OutputChecks(writtenRows, checked, true);
    }

    /** Discards what was written unless it was finished. */
    @Override
    public void close() {
        StitchedGroup group = stitching;
        if (group != null) {
            group.stop(new CancellationException("the output was discarded"));
        }
        object.close();
    }
}
