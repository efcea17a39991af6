package io.convergence.compact;

import io.convergence.change.SourceSpan;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * A file of a task, opened: its rows in one Parquet file or in several after each other, and the raw files they come from.
 * Not thread-safe.
 */
final class OpenFile implements AutoCloseable {
    /** Parts that are made one by one. */
    interface Parts extends AutoCloseable {
        /** The next part, which the caller closes; null after the last. */
        @Nullable
        OpenSource next();

        @Override
        void close();
    }

    private final List<OpenSource> opened;
    private final @Nullable Supplier<Parts> made;
    private final List<MessageType> schemas;
    private final List<SourceSpan> spans;
    private final long rows;

    private OpenFile(
            List<OpenSource> opened,
            @Nullable Supplier<Parts> made,
            List<MessageType> schemas,
            List<SourceSpan> spans,
            long rows) {
        this.opened = List.copyOf(opened);
        this.made = made;
        this.schemas = List.copyOf(schemas);
        this.spans = List.copyOf(spans);
        this.rows = rows;
    }

    /** @param spans first rows count within this file */
    static OpenFile of(List<OpenSource> parts, List<SourceSpan> spans) {
        return new OpenFile(
                parts,
                null,
                parts.stream().map(OpenSource::schema).toList(),
                spans,
                parts.stream().mapToLong(OpenSource::rows).sum());
    }

    /** A file whose parts are made when they are asked for. */
    static OpenFile inPieces(Supplier<Parts> parts, List<MessageType> schemas, SourceSpan span, long rows) {
        return new OpenFile(List.of(), parts, schemas, List.of(span), rows);
    }

    /** Of its parts, or all different ones of them. */
    List<MessageType> schemas() {
        return schemas;
    }

    List<SourceSpan> spans() {
        return spans;
    }

    long rows() {
        return rows;
    }

    /** Passes the parts on in order. */
    void forEachPart(Consumer<OpenSource> action) {
        Supplier<Parts> making = made;
        if (making == null) {
            opened.forEach(action);
            return;
        }

        try (Parts parts = making.get()) {
            boolean more = true;
            while (more) {
                try (OpenSource part = parts.next()) {
                    more = part != null;
                    if (part != null) {
                        action.accept(part);
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        opened.forEach(OpenSource::close);
    }
}
