package io.convergence.store.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.jspecify.annotations.Nullable;

/** Whether what a footer says of the places of a flat file's parts can be true of the file. */
public final class ChunkPlaces {
    /** {@code PAR1} before the first chunk. */
    private static final int HEAD = 4;

    /** Length of the footer and {@code PAR1} after it. */
    private static final int END = 8;

    private ChunkPlaces() {}

    private record Place(String what, long start, long size) {
        long end() {
            return start + size;
        }
    }

    /**
     * Why it cannot; empty if it can: each row group has a chunk of each column with a value or null for each row, and chunks
     * and indexes lie within the file and apart from each other.
     *
     * @param size of the file in bytes
     */
    public static Optional<String> fault(Footer footer, long size) {
        List<Place> places = new ArrayList<>();
        int columns = footer.schema().getFieldCount();
        for (int i = 0; i < footer.groups().size(); i++) {
            BlockMetaData group = footer.groups().get(i);
            String where = "row group " + i;
            if (group.getColumns().size() != columns) {
                return Optional.of(where + " has " + group.getColumns().size() + " column chunks, the file has "
                        + columns + " columns");
            }
            for (ColumnChunkMetaData chunk : group.getColumns()) {
                String of = "column '" + chunk.getPath().toDotString() + "' of " + where;
                if (chunk.getValueCount() != group.getRowCount()) {
                    return Optional.of(
                            of + " has " + chunk.getValueCount() + " cells for " + group.getRowCount() + " rows");
                }

                places.add(new Place(of, chunk.getStartingPos(), chunk.getTotalSize()));
                add(places, "the column index of " + of, chunk.getColumnIndexReference());
                add(places, "the offset index of " + of, chunk.getOffsetIndexReference());
            }
        }

        return apart(places, size);
    }

    private static void add(List<Place> places, String what, @Nullable IndexReference index) {
        if (index != null) {
            places.add(new Place(what, index.getOffset(), index.getLength()));
        }
    }

    private static Optional<String> apart(List<Place> places, long size) {
        places.sort(Comparator.comparingLong(Place::start));
        @Nullable Place before = null;
        for (Place place : places) {
            if (place.start() < HEAD || place.size() < 0 || place.end() > size - END) {
                return Optional.of(place.what() + " would be bytes " + place.start() + " to " + place.end()
                        + " of a file of " + size);
            }
            if (before != null && before.end() > place.start()) {
                return Optional.of(place.what() + " begins at byte " + place.start() + ", within " + before.what()
                        + ", which ends at " + before.end());
            }

            before = place;
        }

        return Optional.empty();
    }
}
