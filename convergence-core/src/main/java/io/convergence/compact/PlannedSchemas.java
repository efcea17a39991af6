package io.convergence.compact;

import io.convergence.change.FileProfile;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.store.internal.ParquetTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** The columns of raw files as a task will find them, from what is known without reading them. Not thread-safe. */
final class PlannedSchemas {
    /** Of a Parquet file by names and stored types, of a CSV file by its columns. */
    private record Known(List<String> names, List<String> types, List<Column> csv) {}

    private final SourceFacts facts;
    private final Map<Known, List<MessageType>> schemas = new HashMap<>();
    private Known last = new Known(List.of(), List.of(), List.of());
    private List<MessageType> lastSchema = List.of();

    PlannedSchemas(SourceFacts facts) {
        this.facts = facts;
    }

    /** Of one file; empty if they are not known. */
    List<MessageType> of(RawFile file) {
        Optional<FileProfile> profile = facts.profile(file);
        if (profile.isEmpty()) {
            return List.of();
        }

        // Of a CSV file DMS's own columns are not told, which are text in each.
        Known known = file.format() == RawFormat.CSV
                ? new Known(List.of(), List.of(), profile.get().columns())
                : new Known(profile.get().columnNames(), profile.get().storedTypes(), List.of());
        if (!known.equals(last)) {
            last = known;
            lastSchema = schemas.computeIfAbsent(known, PlannedSchemas::schema);
        }
        return lastSchema;
    }

    /** Of all raw files in a compacted one; empty if one is not known. */
    List<MessageType> ofAll(List<PlacedFile> files) {
        List<MessageType> all = new ArrayList<>();
        for (PlacedFile file : files) {
            List<MessageType> own = of(file.file());
            if (own.isEmpty()) {
                return List.of();
            }
            if (!all.contains(own.get(0))) {
                all.addAll(own);
            }
        }

        return all;
    }

    private static List<MessageType> schema(Known known) {
        List<Type> columns = new ArrayList<>();
        known.csv().forEach(column -> columns.add(ParquetTypes.optional(column.name(), column.type())));
        if (known.names().size() == known.types().size()) {
            for (int i = 0; i < known.names().size(); i++) {
                ParquetTypes.parse(known.names().get(i), known.types().get(i)).ifPresent(columns::add);
            }
        }

        return columns.isEmpty() || columns.size() < known.names().size()
                ? List.of()
                : List.of(new MessageType("file", columns));
    }
}
