package io.convergence.store.internal;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * What the footer of a Parquet file says, as parquet-java would tell it.
 *
 * @param createdBy the writer, in a form that parquet-java can parse
 * @param entries what the writer added; values may be null
 * @param groups the row groups; their chunks do not tell how many pages have which encoding
 */
public record Footer(
        MessageType schema, String createdBy, Map<String, @Nullable String> entries, List<BlockMetaData> groups) {
    public Footer {
        requireNonNull(schema, "schema");
        requireNonNull(createdBy, "createdBy");
        entries = Collections.unmodifiableMap(entries);
        groups = List.copyOf(groups);
    }

    static Footer of(ParquetMetadata metadata) {
        FileMetaData file = metadata.getFileMetaData();
        return new Footer(file.getSchema(), file.getCreatedBy(), file.getKeyValueMetaData(), metadata.getBlocks());
    }

    public long rows() {
        long rows = 0;
        for (BlockMetaData group : groups) {
            rows += group.getRowCount();
        }

        return rows;
    }
}
