package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.DataType;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the footer of a Parquet file says, raw or compacted: enough to see who wrote it and how, without reading a row.
 * Immutable; thread-safe.
 *
 * @param version the format version of the footer: 1 or 2; 0 if it cannot be told
 * @param createdBy the writer's name for itself, e.g. {@code AWS}; empty if it gives none
 * @param metadataKeys names of the writer's own entries, sorted
 * @param pageVersion 1 or 2: the form of data pages; 0 if not looked for or not to be told
 */
public record ParquetFacts(
        int version,
        String createdBy,
        List<String> metadataKeys,
        List<Field> fields,
        List<RowGroup> rowGroups,
        int pageVersion) {
    public ParquetFacts {
        requireNonNull(createdBy, "createdBy");
        metadataKeys = List.copyOf(metadataKeys);
        fields = List.copyOf(fields);
        rowGroups = List.copyOf(rowGroups);
    }

    /**
     * A column, or a group of nested ones, which DMS does not write.
     *
     * @param physicalType e.g. {@code INT64} or {@code FIXED_LEN_BYTE_ARRAY(7)}; {@code GROUP} for nested columns
     * @param annotation e.g. {@code DECIMAL(15,2)}; empty for none
     * @param repetition {@code REQUIRED}, {@code OPTIONAL} or {@code REPEATED}
     * @param type the DMS type; null if no DMS type looks so
     * @param smallest by the statistics of all row groups, as text; null without them or if all values are null
     * @param largest like {@code smallest}
     * @param nulls by the statistics; null without them
     */
    public record Field(
            String name,
            String physicalType,
            String annotation,
            String repetition,
            @Nullable DataType type,
            @Nullable String smallest,
            @Nullable String largest,
            @Nullable Long nulls) {
        public Field {
            requireNonNull(name, "name");
            requireNonNull(physicalType, "physicalType");
            requireNonNull(annotation, "annotation");
            requireNonNull(repetition, "repetition");
        }

        public Optional<DataType> dmsType() {
            return Optional.ofNullable(type);
        }

        public Optional<String> min() {
            return Optional.ofNullable(smallest);
        }

        public Optional<String> max() {
            return Optional.ofNullable(largest);
        }

        public OptionalLong nullCount() {
            return nulls == null ? OptionalLong.empty() : OptionalLong.of(nulls);
        }
    }

    /**
     * A row group.
     *
     * @param bytes as stored
     * @param plainBytes after decompression
     * @param codecs of its column chunks, each once, sorted; likewise {@code encodings}
     * @param statistics column chunks that have them
     */
    public record RowGroup(
            long rows, long bytes, long plainBytes, List<String> codecs, List<String> encodings, int statistics) {
        public RowGroup {
            codecs = List.copyOf(codecs);
            encodings = List.copyOf(encodings);
        }
    }

    /**
     * Reads the footer: of a file over 64 KB in two requests, or three if the footer is longer than that. Looks for no page.
     *
     * @throws RawFileException if it is no Parquet file, or exceeds the limits of the options
     * @throws io.convergence.store.StoreException if it cannot be read, or has changed since it was listed
     */
    public static ParquetFacts read(ObjectStore store, ObjectStat file, ChangeReadOptions options) {
        return ParquetFactsReader.read(store, file, options, ParquetFactsReader.Pages.LEFT_ALONE);
    }

    /** Like {@link #read}, and looks at the header of the first data page, which costs one more request. */
    public static ParquetFacts readWithPages(ObjectStore store, ObjectStat file, ChangeReadOptions options) {
        return ParquetFactsReader.read(store, file, options, ParquetFactsReader.Pages.LOOKED_AT);
    }

    public long rows() {
        return rowGroups.stream().mapToLong(RowGroup::rows).sum();
    }

    /** Bytes of all column chunks as stored. */
    public long bytes() {
        return rowGroups.stream().mapToLong(RowGroup::bytes).sum();
    }

    /** Bytes of all column chunks after decompression. */
    public long plainBytes() {
        return rowGroups.stream().mapToLong(RowGroup::plainBytes).sum();
    }

    public Optional<Field> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    /** Whether compaction wrote the file. */
    public boolean compacted() {
        return metadataKeys.contains(Provenance.FOOTER_KEY);
    }
}
