package io.convergence.change;

import io.convergence.schema.DataType;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.EncodingStats;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveComparator;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** Turns what a footer says into {@link ParquetFacts}. */
final class ParquetFactsReader {
    enum Pages {
        LEFT_ALONE,
        LOOKED_AT
    }

    /** A page header holds at most a few statistics. */
    private static final int PAGE_HEADER = 16 << 10;

    private static final int LENGTH_AND_MAGIC = 8;
    private static final ParquetReadOptions SETTINGS =
            ParquetReadOptions.builder(new PlainParquetConfiguration()).build();

    private ParquetFactsReader() {}

    static ParquetFacts read(ObjectStore store, ObjectStat file, ChangeReadOptions options, Pages pages) {
        ParquetInput input = ParquetInput.forFooter(store, file);
        try (ParquetSource source = ParquetSource.open(input, file, options)) {
            return ParquetSource.guard(file.key(), "its footer", file.size(), () -> {
                FileMetaData own = Util.readFileMetaData(new ByteArrayInputStream(footer(input, file)), true);
                return new ParquetFacts(
                        own.getVersion(),
                        own.isSetCreated_by() ? own.getCreated_by() : "",
                        source.metadata().keySet().stream().sorted().toList(),
                        fields(source),
                        source.blocks().stream()
                                .map(ParquetFactsReader::rowGroup)
                                .toList(),
                        pages == Pages.LOOKED_AT ? pageVersion(input, file) : 0);
            });
        }
    }

    /** As it stands in the file, without its row groups: parquet-java drops the version. */
    private static byte[] footer(ParquetInput input, ObjectStat file) throws IOException {
        byte[] length = new byte[4];
        input.read(file.size() - LENGTH_AND_MAGIC, length, 0, length.length);
        byte[] footer =
                new byte[ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt()];
        input.read(file.size() - LENGTH_AND_MAGIC - footer.length, footer, 0, footer.length);
        return footer;
    }

    private static List<ParquetFacts.Field> fields(ParquetSource source) {
        List<ParquetFacts.Field> fields = new ArrayList<>();
        for (Type type : source.schema().getFields()) {
            String repetition = type.getRepetition().name();
            if (!type.isPrimitive()) {
                fields.add(new ParquetFacts.Field(type.getName(), "GROUP", "", repetition, null, null, null, null));
                continue;
            }

            PrimitiveType primitive = type.asPrimitiveType();
            LogicalTypeAnnotation annotation = primitive.getLogicalTypeAnnotation();
            DataType natural = CellType.of(primitive).map(CellType::natural).orElse(null);
            Range range = new Range(primitive);
            for (BlockMetaData block : source.blocks()) {
                block.getColumns().stream()
                        .filter(chunk -> chunk.getPath().toArray()[0].equals(type.getName()))
                        .forEach(range::take);
            }
            fields.add(new ParquetFacts.Field(
                    type.getName(),
                    physical(primitive),
                    annotation == null ? "" : annotation.toString(),
                    repetition,
                    natural,
                    range.smallest(),
                    range.largest(),
                    range.nulls()));
        }

        return fields;
    }

    private static String physical(PrimitiveType primitive) {
        PrimitiveTypeName name = primitive.getPrimitiveTypeName();
        return switch (name) {
            case BINARY -> "BYTE_ARRAY";
            case FIXED_LEN_BYTE_ARRAY -> "FIXED_LEN_BYTE_ARRAY(" + primitive.getTypeLength() + ")";
            case BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE -> name.name();
        };
    }

    private static ParquetFacts.RowGroup rowGroup(BlockMetaData block) {
        SortedSet<String> codecs = new TreeSet<>();
        SortedSet<String> encodings = new TreeSet<>();
        long bytes = 0;
        long plain = 0;
        int statistics = 0;
        for (ColumnChunkMetaData chunk : block.getColumns()) {
            codecs.add(chunk.getCodec().name());
            chunk.getEncodings().forEach(encoding -> encodings.add(encoding.name()));
            bytes += chunk.getTotalSize();
            plain += chunk.getTotalUncompressedSize();
            Statistics<?> known = chunk.getStatistics();
            statistics += known != null && !known.isEmpty() ? 1 : 0;
        }

        return new ParquetFacts.RowGroup(
                block.getRowCount(), bytes, plain, List.copyOf(codecs), List.copyOf(encodings), statistics);
    }

    /** DMS does not write encoding statistics, so a page has to be looked at. */
    private static int pageVersion(ParquetInput input, ObjectStat file) throws IOException {
        List<BlockMetaData> blocks =
                ParquetFooter.metadata(footer(input, file), SETTINGS).getBlocks();
        for (BlockMetaData block : blocks) {
            for (ColumnChunkMetaData chunk : block.getColumns()) {
                EncodingStats stats = chunk.getEncodingStats();
                if (stats != null) {
                    return stats.usesV2Pages() ? 2 : 1;
                }

                long start = chunk.getFirstDataPageOffset();
                int length = (int) Math.min(PAGE_HEADER, input.getLength() - start);
                if (start < 0 || length <= 0) {
                    return 0;
                }
                byte[] head = new byte[length];
                input.read(start, head, 0, length);
                PageHeader header = Util.readPageHeader(new ByteArrayInputStream(head));
                if (header.getType() == PageType.DATA_PAGE || header.getType() == PageType.DATA_PAGE_V2) {
                    return header.getType() == PageType.DATA_PAGE_V2 ? 2 : 1;
                }
            }
        }

        return 0;
    }

    /** The range of a column over row groups; nothing once one of them lacks statistics. */
    private static final class Range {
        private final PrimitiveType type;
        private boolean known = true;
        private long nulls;
        private @Nullable Object smallest;
        private @Nullable Object largest;
        private String smallestText = "";
        private String largestText = "";

        Range(PrimitiveType type) {
            this.type = type;
        }

        @SuppressWarnings("unchecked") // the comparator of the column's own type
        void take(ColumnChunkMetaData chunk) {
            Statistics<?> statistics = chunk.getStatistics();
            if (statistics == null || statistics.isEmpty() || !statistics.isNumNullsSet()) {
                known = false;
                return;
            }

            nulls += statistics.getNumNulls();
            if (!statistics.hasNonNullValue()) {
                known &= statistics.getNumNulls() == chunk.getValueCount();
                return;
            }

            PrimitiveComparator<Object> order = type.comparator();
            Object low = statistics.genericGetMin();
            Object high = statistics.genericGetMax();
            if (smallest == null || order.compare(low, smallest) < 0) {
                smallest = low;
                smallestText = statistics.minAsString();
            }
            if (largest == null || order.compare(high, largest) > 0) {
                largest = high;
                largestText = statistics.maxAsString();
            }
        }

        @Nullable
        String smallest() {
            return known && smallest != null ? smallestText : null;
        }

        @Nullable
        String largest() {
            return known && largest != null ? largestText : null;
        }

        @Nullable
        Long nulls() {
            return known ? nulls : null;
        }
    }
}
