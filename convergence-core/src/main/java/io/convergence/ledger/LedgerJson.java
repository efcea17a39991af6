package io.convergence.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

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
            long format = number(root, "format");
            if (format != FORMAT) {
                throw broken(key, "it has format " + format + " and this version reads format " + FORMAT, null);
            }

            String transaction = text(root, "transaction");
            long base = number(root, "base");
            String kind = text(root, "kind");
            return switch (kind) {
                case "compaction" ->
                    new LedgerEntry.Compaction(transaction, base, list(root, "outputs", LedgerJson::compacted));
                case "merge" ->
                    new LedgerEntry.Merge(
                            transaction,
                            base,
                            schema(required(root, "schema")),
                            instant(root, "generation"),
                            list(root, "applied", LedgerJson::source),
                            list(root, "data", LedgerJson::file),
                            list(root, "state", LedgerJson::file),
                            root.hasNonNull("completeThrough") ? instant(root, "completeThrough") : null);
                case "fence" -> new LedgerEntry.Fence(transaction, base);
                default -> throw broken(key, "its kind '" + kind + "' is not known", null);
            };
        } catch (JsonProcessingException e) {
            throw broken(key, "it is no JSON object (" + e.getOriginalMessage() + ")", e);
        } catch (IllegalArgumentException | DateTimeException e) {
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

    private static String text(JsonNode parent, String field) {
        JsonNode node = required(parent, field);
        if (!node.isTextual()) {
            throw new IllegalArgumentException("field '" + field + "' is no text");
        }

        return node.textValue();
    }

    private static String text(JsonNode node) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException("a column name is " + node);
        }

        return node.textValue();
    }

    private static long number(JsonNode parent, String field) {
        JsonNode node = required(parent, field);
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw new IllegalArgumentException("field '" + field + "' is no whole number");
        }

        return node.longValue();
    }

    private static boolean flag(JsonNode parent, String field) {
        JsonNode node = required(parent, field);
        if (!node.isBoolean()) {
            throw new IllegalArgumentException("field '" + field + "' is neither true nor false");
        }

        return node.booleanValue();
    }

    private static Instant instant(JsonNode parent, String field) {
        return Instant.parse(text(parent, field));
    }

    private static <T> List<T> list(JsonNode parent, String field, Function<JsonNode, T> element) {
        JsonNode array = required(parent, field);
        if (!array.isArray()) {
            throw new IllegalArgumentException("field '" + field + "' is no list");
        }

        List<T> list = new ArrayList<>(array.size());
        array.forEach(node -> list.add(element.apply(node)));
        return list;
    }

    private static LedgerEntry.CompactedFile compacted(JsonNode node) {
        return new LedgerEntry.CompactedFile(file(required(node, "file")), list(node, "sources", LedgerJson::source));
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
                text(node, "key"),
                new ETag(text(node, "etag")),
                instant(node, "lastModified"),
                number(node, "size"),
                number(node, "rows"));
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
                number(node, "rows"),
                node.hasNonNull("firstSequence") ? text(node, "firstSequence") : null,
                node.hasNonNull("lastSequence") ? text(node, "lastSequence") : null,
                node.hasNonNull("smallestTime") ? instant(node, "smallestTime") : null,
                node.hasNonNull("largestTime") ? instant(node, "largestTime") : null);
        return new RawSource(
                text(node, "key"),
                new ETag(text(node, "etag")),
                instant(node, "lastModified"),
                number(node, "size"),
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
                TableId.of(text(node, "schema"), text(node, "name")),
                list(
                        node,
                        "columns",
                        column -> new Column(
                                text(column, "name"), DataType.parse(text(column, "type")), flag(column, "nullable"))),
                list(node, "primaryKey", LedgerJson::text));
    }
}
