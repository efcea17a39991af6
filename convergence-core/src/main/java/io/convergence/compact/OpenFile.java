package io.convergence.compact;

import io.convergence.change.SourceSpan;
import java.util.List;
import org.apache.parquet.schema.MessageType;

/**
 * A file of a task, opened: its rows in one Parquet file or in several after each other, and the raw files they come from.
 * Not thread-safe.
 *
 * @param spans first rows count within this file
 */
record OpenFile(List<OpenSource> parts, List<SourceSpan> spans) implements AutoCloseable {
    OpenFile {
        parts = List.copyOf(parts);
        spans = List.copyOf(spans);
    }

    List<MessageType> schemas() {
        return parts.stream().map(OpenSource::schema).toList();
    }

    long rows() {
        return parts.stream().mapToLong(OpenSource::rows).sum();
    }

    @Override
    public void close() {
        parts.forEach(OpenSource::close);
    }
}
