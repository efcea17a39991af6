package io.convergence.change;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.raw.FileEvidence;
import io.convergence.store.ETag;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which raw files' rows a compacted file holds, in order and without gaps; stored in its Parquet footer under
 * {@link #FOOTER_KEY} (rule S18). Immutable; thread-safe.
 */
public record Provenance(List<SourceSpan> spans) {
    public static final String FOOTER_KEY = "convergence.provenance";

    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(20)
                            .maxStringLength(1_000_000)
                            .maxDocumentLength(50_000_000)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** @throws IllegalArgumentException if a span does not begin where the one before ends, or a key occurs twice */
    public Provenance {
        spans = List.copyOf(spans);
        long next = 0;
        Map<String, SourceSpan> keys = new HashMap<>();
        for (SourceSpan span : spans) {
            if (span.firstRow() != next) {
                throw new IllegalArgumentException("Cannot trace rows of '" + span.key() + "': they begin at row "
                        + span.firstRow() + ", but the file before ends at row " + next + ".");
            }
            if (keys.put(span.key(), span) != null) {
                throw new IllegalArgumentException(
                        "Cannot trace rows of '" + span.key() + "': the file is named twice.");
            }
            next += span.rows();
        }
    }

    /** Rows of all files together. */
    public long rows() {
        return spans.stream().mapToLong(SourceSpan::rows).sum();
    }

    /** The text form {@link #parse} reads; equal values have equal texts. */
    public String toJson() {
        ObjectNode root = JSON.createObjectNode().put("version", VERSION);
        Map<List<String>, Integer> columnLists = new LinkedHashMap<>();
        ArrayNode sources = JSON.createArrayNode();
        for (SourceSpan span : spans) {
            Integer list = columnLists.get(span.columns());
            if (list == null) {
                list = columnLists.size();
                columnLists.put(span.columns(), list);
            }

            FileEvidence evidence = span.evidence();
            ObjectNode source = sources.addObject()
                    .put("key", span.key())
                    .put("etag", span.etag().value())
                    .put("lastModified", span.lastModified().toString())
                    .put("size", span.size())
                    .put("firstRow", span.firstRow())
                    .put("rows", span.rows())
                    .put("columns", list);
            evidence.first().ifPresent(first -> source.put("firstSequence", first));
            evidence.last().ifPresent(last -> source.put("lastSequence", last));
            evidence.smallest().ifPresent(time -> source.put("smallestTime", time.toString()));
            evidence.largest().ifPresent(time -> source.put("largestTime", time.toString()));
        }
        ArrayNode lists = root.putArray("columnLists");
        columnLists.keySet().forEach(names -> {
            ArrayNode list = lists.addArray();
            names.forEach(list::add);
        });
        root.set("sources", sources);
        return root.toString();
    }

    /** Reads what {@link #toJson} wrote. @throws IllegalArgumentException if it is not that */
    public static Provenance parse(String json) {
        try {
            JsonNode root = JSON.readTree(requireNonNull(json, "json"));
            if (root.path("version").asInt(-1) != VERSION) {
                throw malformed(
                        "its version is " + root.path("version") + ", this release reads version " + VERSION, null);
            }

            List<List<String>> columnLists = new ArrayList<>();
            for (JsonNode list : field(root, "columnLists")) {
                List<String> names = new ArrayList<>();
                for (JsonNode name : list) {
                    if (!name.isTextual()) {
                        throw malformed("a column name is " + name, null);
                    }
                    names.add(name.textValue());
                }
                columnLists.add(names);
            }

            List<SourceSpan> spans = new ArrayList<>();
            for (JsonNode source : field(root, "sources")) {
                FileEvidence evidence = new FileEvidence(
                        number(source, "rows"),
                        optionalText(source, "firstSequence"),
                        optionalText(source, "lastSequence"),
                        optionalTime(source, "smallestTime"),
                        optionalTime(source, "largestTime"));
                long list = number(source, "columns");
                if (list < 0 || list >= columnLists.size()) {
                    throw malformed("there is no column list " + list, null);
                }
                spans.add(new SourceSpan(
                        text(source, "key"),
                        new ETag(text(source, "etag")),
                        Instant.parse(text(source, "lastModified")),
                        number(source, "size"),
                        evidence,
                        columnLists.get((int) list),
                        number(source, "firstRow")));
            }
            return new Provenance(spans);
        } catch (JsonProcessingException e) {
            throw malformed("it is no JSON (" + e.getOriginalMessage() + ")", e);
        } catch (DateTimeException e) {
            throw malformed(String.valueOf(e.getMessage()), e);
        }
    }

    private static JsonNode field(JsonNode node, String name) {
        JsonNode field = node.get(name);
        if (field == null || field.isNull()) {
            throw malformed("field '" + name + "' is missing", null);
        }

        return field;
    }

    private static String text(JsonNode node, String name) {
        JsonNode field = field(node, name);
        if (!field.isTextual()) {
            throw malformed("field '" + name + "' is no text", null);
        }

        return field.textValue();
    }

    private static long number(JsonNode node, String name) {
        JsonNode field = field(node, name);
        if (!field.isIntegralNumber() || !field.canConvertToLong()) {
            throw malformed("field '" + name + "' is no whole number", null);
        }

        return field.longValue();
    }

    private static @Nullable String optionalText(JsonNode node, String name) {
        return node.has(name) ? text(node, name) : null;
    }

    private static @Nullable Instant optionalTime(JsonNode node, String name) {
        return node.has(name) ? Instant.parse(text(node, name)) : null;
    }

    private static IllegalArgumentException malformed(String why, @Nullable Exception cause) {
        return new IllegalArgumentException("Cannot parse the provenance of a compacted file: " + why + ".", cause);
    }
}
