package io.convergence.change;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.ETag;
import io.convergence.store.internal.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which raw files' rows a compacted file holds, in order and without gaps; stored in its Parquet footer under
 * {@link #FOOTER_KEY} (rule S18). Immutable; thread-safe.
 */
public record Provenance(List<SourceSpan> spans) {
    public static final String FOOTER_KEY = "convergence.provenance";

    /** Characters of the longest text that {@link #parse} reads. */
    public static final int LONGEST_JSON = 50_000_000;

    private static final int VERSION = 1;
    private static final String NOT_NULL = " not null";
    private static final Json JSON = new Json(LONGEST_JSON);

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
        ObjectNode root = Json.object().put("version", VERSION);
        Map<List<String>, Integer> columnLists = new LinkedHashMap<>();
        Map<List<String>, Integer> typeLists = new LinkedHashMap<>();
        ArrayNode sources = Json.array();
        for (SourceSpan span : spans) {
            FileEvidence evidence = span.evidence();
            ObjectNode source = sources.addObject()
                    .put("key", span.key())
                    .put("etag", span.etag().value())
                    .put("lastModified", span.lastModified().toString())
                    .put("size", span.size())
                    .put("firstRow", span.firstRow())
                    .put("rows", span.rows())
                    .put("columns", place(columnLists, span.columns()));
            if (!span.types().isEmpty()) {
                List<String> types =
                        span.types().stream().map(Provenance::typeText).toList();
                source.put("types", place(typeLists, types));
            }
            evidence.first().ifPresent(first -> source.put("firstSequence", first));
            evidence.last().ifPresent(last -> source.put("lastSequence", last));
            evidence.smallest().ifPresent(time -> source.put("smallestTime", time.toString()));
            evidence.largest().ifPresent(time -> source.put("largestTime", time.toString()));
        }
        putLists(root, "columnLists", columnLists);
        if (!typeLists.isEmpty()) {
            putLists(root, "typeLists", typeLists);
        }
        root.set("sources", sources);
        return JSON.write(root);
    }

    /** Files of one table mostly have the same columns: what they share stands once. */
    private static int place(Map<List<String>, Integer> lists, List<String> list) {
        Integer place = lists.putIfAbsent(list, lists.size());
        return place == null ? lists.size() - 1 : place;
    }

    private static void putLists(ObjectNode root, String name, Map<List<String>, Integer> lists) {
        ArrayNode array = root.putArray(name);
        lists.keySet().forEach(texts -> {
            ArrayNode list = array.addArray();
            texts.forEach(list::add);
        });
    }

    private static String typeText(Column column) {
        return column.type() + (column.nullable() ? "" : NOT_NULL);
    }

    private static Column typed(String name, String text) {
        boolean nullable = !text.endsWith(NOT_NULL);
        String type = nullable ? text : text.substring(0, text.length() - NOT_NULL.length());
        try {
            return new Column(name, DataType.parse(type), nullable);
        } catch (IllegalArgumentException e) {
            throw malformed("type '" + text + "' of column '" + name + "' is not known", e);
        }
    }

    private static List<Column> typed(List<String> names, List<String> types) {
        if (names.size() != types.size()) {
            throw malformed("there are " + types.size() + " types of " + names.size() + " columns", null);
        }

        return IntStream.range(0, names.size())
                .mapToObj(i -> typed(names.get(i), types.get(i)))
                .toList();
    }

    /** Reads what {@link #toJson} wrote. @throws IllegalArgumentException if it is not that */
    public static Provenance parse(String json) {
        try {
            JsonNode root = JSON.parse(requireNonNull(json, "json"));
            if (root.path("version").asInt(-1) != VERSION) {
                throw malformed(
                        "its version is " + root.path("version") + ", this release reads version " + VERSION, null);
            }

            List<List<String>> columnLists = lists(field(root, "columnLists"));
            List<List<String>> typeLists = root.has("typeLists") ? lists(field(root, "typeLists")) : List.of();
            List<SourceSpan> spans = new ArrayList<>();
            for (JsonNode source : field(root, "sources")) {
                FileEvidence evidence = new FileEvidence(
                        number(source, "rows"),
                        optionalText(source, "firstSequence"),
                        optionalText(source, "lastSequence"),
                        optionalTime(source, "smallestTime"),
                        optionalTime(source, "largestTime"));
                List<String> names = listed(source, "columns", columnLists);
                List<Column> types = source.has("types") ? typed(names, listed(source, "types", typeLists)) : List.of();
                spans.add(new SourceSpan(
                        text(source, "key"),
                        new ETag(text(source, "etag")),
                        Instant.parse(text(source, "lastModified")),
                        number(source, "size"),
                        evidence,
                        names,
                        types,
                        number(source, "firstRow")));
            }
            return new Provenance(spans);
        } catch (JsonProcessingException e) {
            throw malformed("it is no JSON (" + e.getOriginalMessage() + ")", e);
        } catch (DateTimeException e) {
            throw malformed(String.valueOf(e.getMessage()), e);
        }
    }

    private static List<List<String>> lists(JsonNode array) {
        List<List<String>> lists = new ArrayList<>();
        for (JsonNode list : array) {
            List<String> texts = new ArrayList<>();
            for (JsonNode text : list) {
                if (!text.isTextual()) {
                    throw malformed("a column's name or type is " + text, null);
                }
                texts.add(text.textValue());
            }
            lists.add(texts);
        }

        return lists;
    }

    private static List<String> listed(JsonNode source, String field, List<List<String>> lists) {
        long list = number(source, field);
        if (list < 0 || list >= lists.size()) {
            throw malformed("there is no list " + list + " of " + field, null);
        }

        return lists.get((int) list);
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
