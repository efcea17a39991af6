package io.convergence.compact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.DataSize;
import io.convergence.store.internal.Json;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the footer of a compacted file says besides the {@linkplain io.convergence.change.Provenance origin of its rows}: by
 * which policy it was written, and the checksums its columns were checked by before the commit. Fields a newer version adds
 * are passed over.
 */
record OutputFooter(DataSize targetSize, DataSize rowGroupSize, int rowGroupRows, long rows, List<Column> columns) {
    static final String KEY = "convergence.compaction";

    private static final int VERSION = 1;
    private static final Json JSON = new Json(50_000_000);

    OutputFooter {
        columns = List.copyOf(columns);
    }

    /** @param checksum of the column's pages, or of its values where they were encoded anew, in order */
    record Column(String name, long values, long nulls, long checksum) {}

    static OutputFooter of(CompactionOptions options, OutputChecks checks) {
        List<Column> columns = checks.columns().stream()
                .map(column -> new Column(column.name(), column.values(), column.nulls(), column.written()))
                .toList();
        return new OutputFooter(
                options.targetSize(), options.rowGroupSize(), options.rowGroupRows(), checks.rows(), columns);
    }

    String toJson() {
        ObjectNode root = Json.object().put("version", VERSION);
        root.putObject("policy")
                .put("targetSize", targetSize.bytes())
                .put("rowGroupSize", rowGroupSize.bytes())
                .put("rowGroupRows", rowGroupRows);
        root.put("rows", rows);
        ArrayNode array = root.putArray("columns");
        for (Column column : columns) {
            array.addObject()
                    .put("name", column.name())
                    .put("values", column.values())
                    .put("nulls", column.nulls())
                    .put("checksum", Long.toHexString(column.checksum()));
        }

        return JSON.write(root);
    }

    /**
     * Reads what {@link #toJson} wrote; empty if there is none, as in files of the first release.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Optional<OutputFooter> parse(@Nullable String json) {
        if (json == null) {
            return Optional.empty();
        }

        try {
            JsonPlace root = new JsonPlace(JSON.parse(json), "$");
            JsonPlace policy = root.field("policy");
            return Optional.of(new OutputFooter(
                    DataSize.ofBytes(policy.number("targetSize")),
                    DataSize.ofBytes(policy.number("rowGroupSize")),
                    policy.smallNumber("rowGroupRows"),
                    root.number("rows"),
                    root.list(
                            "columns",
                            column -> new Column(
                                    column.text("name"),
                                    column.number("values"),
                                    column.number("nulls"),
                                    column.field("checksum").as(text -> Long.parseUnsignedLong(text, 16))))));
        } catch (JsonProcessingException | JsonPlace.Fault e) {
            throw new IllegalArgumentException(
                    "Cannot parse '" + KEY + "' in the footer of a compacted file: " + e.getMessage() + ".", e);
        }
    }
}
