package io.convergence.compact;

import io.convergence.change.Provenance;
import io.convergence.change.SourceSpan;
import io.convergence.ledger.RawSource;
import io.convergence.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes one output: the rows of one file after the other, and where they come from. Not thread-safe. */
final class CompactedWriter implements AutoCloseable {
    private final ColumnUnion columns;
    private final CompactedOutput output;
    private final CompactionOptions options;
    private final String key;
    private final OriginBytes origins = new OriginBytes();
    private final List<CompactionSource> sources = new ArrayList<>();
    private final List<SourceSpan> spans = new ArrayList<>();
    private final NullCounts nulls;
    private long rows;
    private long sourceBytes;

    private CompactedWriter(ColumnUnion columns, CompactedOutput output, CompactionOptions options, String key) {
        this.columns = columns;
        this.output = output;
        this.options = options;
        this.key = key;
        this.nulls = new NullCounts(columns);
    }

    static CompactedWriter open(
            CompactedOutput.Maker maker,
            ObjectStore store,
            String key,
            ColumnUnion columns,
            CompactionOptions options) {
        return new CompactedWriter(columns, maker.open(store, key, columns, options), options, key);
    }

    /** Appends all rows of a file. */
    void append(CompactionSource planned, OpenFile file) {
        file.forEachPart(part -> {
            output.append(part);
            nulls.add(part);
        });
        sources.add(planned);
        for (SourceSpan span : file.spans()) {
            spans.add(span.startingAt(rows + span.firstRow()));
            origins.add(span);
        }
        rows += file.rows();
        sourceBytes += planned.bytes();
    }

    /** Bytes written, and an estimate of those still held. */
    long bytes() {
        return output.bytes();
    }

    /** Bytes of the files whose rows were written. */
    long sourceBytes() {
        return sourceBytes;
    }

    /** Bytes of the footer that would tell the origin of its rows, with those of a file more. */
    long originBytesWith(OpenFile file) {
        return origins.with(file.spans());
    }

    List<SourceSpan> spans() {
        return List.copyOf(spans);
    }

    /** The files whose rows were written, in order. */
    List<CompactionSource> sources() {
        return List.copyOf(sources);
    }

    /** The raw files whose rows were written, in order. */
    List<RawSource> origins() {
        return spans.stream()
                .map(span -> RawSource.of(span.stat(), span.evidence()))
                .toList();
    }

    long rows() {
        return rows;
    }

    /** What footers tell of the nulls that were read. */
    NullCounts nulls() {
        return nulls;
    }

    ColumnUnion columns() {
        return columns;
    }

    /**
     * Writes the footer and makes the object visible; no commit of the ledger refers to it yet.
     *
     * @throws CompactionException if the footer is one that could not be read
     */
    CompactedOutput.Finished finish() {
        return output.finish(checks -> Map.of(
                Provenance.FOOTER_KEY,
                OriginBytes.demandReadable(key, new Provenance(spans).toJson()),
                OutputFooter.KEY,
                OutputFooter.of(options, checks).toJson()));
    }

    /** Discards what was written unless it was finished. */
    @Override
    public void close() {
        output.close();
    }
}
