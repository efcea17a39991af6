package io.convergence.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.TableId;
import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ETag;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The text of a slot. Fields a newer version adds are passed over; a newer format version is refused, because it may mean something else. */
final class LedgerJson {
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private LedgerJson() {}

    static String write(LedgerEntry entry) {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        root.put("transaction", entry.transaction());
        root.put("base", entry.base());
        if (entry instanceof LedgerEntry.Compaction compaction) {
            root.put("kind", "compaction");
            ArrayNode outputs = root.putArray("outputs");
            for (LedgerEntry.CompactedFile output : compaction.outputs()) {
                ObjectNode node = outputs.addObject();
                file(node.putObject("file"), output.file());
                sources(node.putArray("sources"), output.sources());
            }
        } else if (entry instanceof LedgerEntry.Merge merge) {
            root.put("kind", "merge");
            root.put("generation", merge.generation().toString());
            merge.complete().ifPresent(instant -> root.put("completeThrough", instant.toString()));
            schema(root.putObject("schema"), merge.schema());
            sources(root.putArray("applied"), merge.applied());
            files(root.putArray("data"), merge.data());
            files(root.putArray("state"), merge.state());
        } else {
            root.put("kind", "fence");
        }

        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write a ledger entry as JSON.", e);
        }
    }

    /** @throws LedgerException naming the slot's key if the text is no entry of this format */
    static LedgerEntry read(String key, String text) {
        try {
            JsonNode root = JSON.readTree(text);
            int format = required(root, "format").asInt();
            if (format != FORMAT) {
                throw broken(key, "it has format " + format + " and this version reads format " + FORMAT, null);
            }

            String transaction = required(root, "transaction").asText();
            long base = required(root, "base").asLong();
            String kind = required(root, "kind").asText();
            return switch (kind) {
                case "compaction" ->
                    new LedgerEntry.Compaction(
                            transaction, base, list(required(root, "outputs"), LedgerJson::compacted));
                case "merge" ->
                    new LedgerEntry.Merge(
                            transaction,
                            base,
                            schema(required(root, "schema")),
                            instant(required(root, "generation")),
                            list(required(root, "applied"), LedgerJson::source),
                            list(required(root, "data"), LedgerJson::file),
                            list(required(root, "state"), LedgerJson::file),
                            root.hasNonNull("completeThrough") ? instant(root.get("completeThrough")) : null);
                case "fence" -> new LedgerEntry.Fence(transaction, base);
                default -> throw broken(key, "its kind '" + kind + "' is not known", null);
            };
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            throw broken(key, String.valueOf(e.getMessage()), e);
        }
    }

    private static LedgerException broken(String key, String why, @Nullable Exception cause) {
        return new LedgerException(
                "Cannot read ledger slot '" + key + "': " + why
                        + ". Use the version of Convergence that wrote it, or restore the object.",
                cause);
    }

    private static JsonNode required(JsonNode parent, String field) {
        JsonNode node = parent.get(field);
        if (node == null || node.isNull()) {
            throw new IllegalArgumentException("field '" + field + "' is missing");
        }

        return node;
    }

    private static Instant instant(JsonNode node) {
        return Instant.parse(node.asText());
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> element) {
        List<T> list = new ArrayList<>(array.size());
        array.forEach(node -> list.add(element.apply(node)));
        return list;
    }

    private static LedgerEntry.CompactedFile compacted(JsonNode node) {
        return new LedgerEntry.CompactedFile(
                file(required(node, "file")), list(required(node, "sources"), LedgerJson::source));
    }

    private static void files(ArrayNode array, List<LedgerFile> files) {
        files.forEach(file -> file(array.addObject(), file));
    }

    private static void file(ObjectNode node, LedgerFile file) {
        node.put("key", file.key());
        node.put("etag", file.etag().value());
        node.put("lastModified", file.lastModified().toString());
        node.put("size", file.size());
        node.put("rows", file.rows());
    }

    private static LedgerFile file(JsonNode node) {
        return new LedgerFile(
                required(node, "key").asText(),
                new ETag(required(node, "etag").asText()),
                instant(required(node, "lastModified")),
                required(node, "size").asLong(),
                required(node, "rows").asLong());
    }

    private static void sources(ArrayNode array, List<RawSource> sources) {
        for (RawSource source : sources) {
            ObjectNode node = array.addObject();
            node.put("key", source.key());
            node.put("etag", source.etag().value());
            node.put("lastModified", source.lastModified().toString());
            node.put("size", source.size());
            FileEvidence evidence = source.evidence();
            node.put("rows", evidence.rows());
            evidence.first().ifPresent(text -> node.put("firstSequence", text));
            evidence.last().ifPresent(text -> node.put("lastSequence", text));
            evidence.smallest().ifPresent(instant -> node.put("smallestTime", instant.toString()));
            evidence.largest().ifPresent(instant -> node.put("largestTime", instant.toString()));
        }
    }

    private static RawSource source(JsonNode node) {
        var evidence = new FileEvidence(
                required(node, "rows").asLong(),
                node.hasNonNull("firstSequence") ? node.get("firstSequence").asText() : null,
                node.hasNonNull("lastSequence") ? node.get("lastSequence").asText() : null,
                node.hasNonNull("smallestTime") ? instant(node.get("smallestTime")) : null,
                node.hasNonNull("largestTime") ? instant(node.get("largestTime")) : null);
        return new RawSource(
                required(node, "key").asText(),
                new ETag(required(node, "etag").asText()),
                instant(required(node, "lastModified")),
                required(node, "size").asLong(),
                evidence);
    }

    private static void schema(ObjectNode node, TableSchema schema) {
        node.put("schema", schema.table().schema());
        node.put("name", schema.table().name());
        ArrayNode columns = node.putArray("columns");
        for (Column column : schema.columns()) {
            columns.addObject()
                    .put("name", column.name())
                    .put("type", column.type().toString())
                    .put("nullable", column.nullable());
        }
        ArrayNode key = node.putArray("primaryKey");
        schema.primaryKey().forEach(key::add);
    }

    private static TableSchema schema(JsonNode node) {
        return new TableSchema(
                TableId.of(
                        required(node, "schema").asText(),
                        required(node, "name").asText()),
                list(
                        required(node, "columns"),
                        column -> new Column(
                                required(column, "name").asText(),
                                DataType.parse(required(column, "type").asText()),
                                required(column, "nullable").asBoolean())),
                list(required(node, "primaryKey"), JsonNode::asText));
    }
}
