package io.convergence.compact;

import io.convergence.change.Provenance;
import io.convergence.change.SourceSpan;
import io.convergence.raw.PlacedFile;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.schema.Type;

/** Writes one output: the rows of one raw file after the other, and where they come from. Not thread-safe. */
final class CompactedWriter implements AutoCloseable {
    private final ColumnUnion columns;
    private final CompactedOutput output;
    private final List<PlacedFile> sources = new ArrayList<>();
    private final List<SourceSpan> spans = new ArrayList<>();
    private long nextRow;
    private long sourceBytes;

    private CompactedWriter(ColumnUnion columns, CompactedOutput output) {
        this.columns = columns;
        this.output = output;
    }

    static CompactedWriter open(
            CompactedOutput.Maker maker,
            ObjectStore store,
            String key,
            ColumnUnion columns,
            CompactionOptions options) {
        return new CompactedWriter(columns, maker.open(store, key, columns, options));
    }

    /** Appends all rows of a raw file. */
    void append(PlacedFile source, OpenSource opened) {
        output.append(opened);
        ObjectStat stat = source.file().stat();
        List<String> names =
                opened.schema().getFields().stream().map(Type::getName).toList();
        sources.add(source);
        spans.add(new SourceSpan(
                stat.key(), stat.etag(), stat.lastModified(), stat.size(), source.evidence(), names, nextRow));
        nextRow += source.evidence().rows();
        sourceBytes += stat.size();
    }

    /** Bytes written, and an estimate of those still held. */
    long bytes() {
        return output.bytes();
    }

    /** Bytes of the raw files whose rows were written. */
    long sourceBytes() {
        return sourceBytes;
    }

    List<PlacedFile> sources() {
        return List.copyOf(sources);
    }

    List<SourceSpan> spans() {
        return List.copyOf(spans);
    }

    ColumnUnion columns() {
        return columns;
    }

    /** Writes the footer and makes the object visible; no commit of the ledger refers to it yet. */
    CompactedOutput.Finished finish() {
        return output.finish(checks -> Map.of(Provenance.FOOTER_KEY, new Provenance(spans).toJson()));
    }

    /** Discards what was written unless it was finished. */
    @Override
    public void close() {
        output.close();
    }
}
