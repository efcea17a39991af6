package io.convergence.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
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
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The text of a slot. Fields a newer version adds are passed over; a newer format version is refused, because it may mean something else. */
final class LedgerJson {
    private static final int FORMAT = 1;

    /** Largest slot that is written or read: about a million files in one commit. */
    static final int MAX_BYTES = 512 << 20;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(20)
                            .maxStringLength(1_000_000)
                            .maxDocumentLength(MAX_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** The same line ends on every system. */
    private static final PrettyPrinter LINES = new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"));

    private LedgerJson() {}

    /**
     * Equal entries have equal texts.
     *
     * @throws IllegalArgumentException if the text would be too large to be read again
     */
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
            if (!compaction.replaced().isEmpty()) {
                files(root.putArray("replaced"), compaction.replaced());
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
            String text = JSON.writer(LINES).writeValueAsString(root) + "\n";
            // Three bytes hold any UTF-16 unit.
            if (text.length() > MAX_BYTES / 3 && text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
                throw new IllegalArgumentException("Cannot commit " + entry.transaction() + " after slot "
                        + entry.base() + ": the slot would have more than " + MAX_BYTES
                        + " bytes. Commit fewer files at once.");
            }

            return text;
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

            String kind = text(root, "kind");
            return entry(root, kind).orElseThrow(() -> broken(key, "its kind '" + kind + "' is not known", null));
        } catch (JsonProcessingException e) {
            throw broken(key, "it is no JSON (" + e.getOriginalMessage() + ")", e);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw broken(key, String.valueOf(e.getMessage()), e);
        }
    }

    private static Optional<LedgerEntry> entry(JsonNode root, String kind) {
        String transaction = text(root, "transaction");
        long base = number(root, "base");
        return switch (kind) {
            case "compaction" ->
                Optional.of(new LedgerEntry.Compaction(
                        transaction,
                        base,
                        list(root, "outputs", LedgerJson::compacted),
                        optionalList(root, "replaced", LedgerJson::file)));
            case "merge" ->
                Optional.of(new LedgerEntry.Merge(
                        transaction,
                        base,
                        schema(field(root, "schema")),
                        instant(root, "generation"),
                        list(root, "applied", LedgerJson::source),
                        list(root, "data", LedgerJson::file),
                        list(root, "state", LedgerJson::file),
                        optionalInstant(root, "completeThrough")));
            case "fence" -> Optional.of(new LedgerEntry.Fence(transaction, base));
            default -> Optional.empty();
        };
    }

    static LedgerException broken(String key, String why, @Nullable Exception cause) {
        return new LedgerException(
                "Cannot read ledger slot '" + key + "': " + why
                        + ". Use the version of Convergence that wrote it, or restore the object.",
                cause);
    }

    private static JsonNode field(JsonNode parent, String name) {
        JsonNode node = parent.get(name);
        if (node == null || node.isNull()) {
            throw new IllegalArgumentException("field '" + name + "' is missing");
        }

        return node;
    }

    private static String text(JsonNode parent, String name) {
        return text(field(parent, name), () -> "field '" + name + "'");
    }

    private static String text(JsonNode node, Supplier<String> what) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException(what.get() + " is no text");
        }

        return node.textValue();
    }

    private static long number(JsonNode parent, String name) {
        JsonNode node = field(parent, name);
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw new IllegalArgumentException("field '" + name + "' is no whole number of 64 bits");
        }

        return node.longValue();
    }

    private static boolean flag(JsonNode parent, String name) {
        JsonNode node = field(parent, name);
        if (!node.isBoolean()) {
            throw new IllegalArgumentException("field '" + name + "' is neither true nor false");
        }

        return node.booleanValue();
    }

    private static Instant instant(JsonNode parent, String name) {
        return Instant.parse(text(parent, name));
    }

    private static @Nullable Instant optionalInstant(JsonNode parent, String name) {
        return parent.hasNonNull(name) ? instant(parent, name) : null;
    }

    private static @Nullable String optionalText(JsonNode parent, String name) {
        return parent.hasNonNull(name) ? text(parent, name) : null;
    }

    private static <T> List<T> list(JsonNode parent, String name, Function<JsonNode, T> element) {
        JsonNode array = field(parent, name);
        if (!array.isArray()) {
            throw new IllegalArgumentException("field '" + name + "' is no list");
        }

        List<T> list = new ArrayList<>(array.size());
        array.forEach(node -> list.add(element.apply(node)));
        return list;
    }

    private static <T> List<T> optionalList(JsonNode parent, String name, Function<JsonNode, T> element) {
        return parent.hasNonNull(name) ? list(parent, name, element) : List.of();
    }

    private static LedgerEntry.CompactedFile compacted(JsonNode node) {
        return new LedgerEntry.CompactedFile(file(field(node, "file")), list(node, "sources", LedgerJson::source));
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
                optionalText(node, "firstSequence"),
                optionalText(node, "lastSequence"),
                optionalInstant(node, "smallestTime"),
                optionalInstant(node, "largestTime"));
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
                list(node, "primaryKey", name -> text(name, () -> "a name in 'primaryKey'")));
    }
}
