package io.convergence.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.TableId;
import io.convergence.schema.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The JSON form of {@link SourceSchema}. */
final class SourceJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private SourceJson() {}

    static SourceSchema parse(String json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidSourceSchemaException(
                    "$",
                    "it is not JSON: " + e.getOriginalMessage() + " (" + place(e) + ").",
                    "Give one JSON object.",
                    e);
        }

        object(root, "$", "engine", "tables");
        SourceEngine engine = engine(root.get("engine"));
        JsonNode tables = array(root, "$", "tables");
        List<SourceTable> read = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            read.add(table(tables.get(i), "$.tables[" + i + "]", engine));
        }
        return checked("$.tables", () -> new SourceSchema(engine, read));
    }

    private static SourceTable table(JsonNode node, String path, SourceEngine engine) {
        object(node, path, "schema", "name", "columns", "primaryKey", "rowImages");
        TableId id = TableId.of(text(node, path, "schema"), text(node, path, "name"));
        List<String> key = new ArrayList<>();
        if (present(node, "primaryKey")) {
            JsonNode names = array(node, path, "primaryKey");
            for (int i = 0; i < names.size(); i++) {
                if (!names.get(i).isTextual()) {
                    throw wrong(
                            path + ".primaryKey[" + i + "]", names.get(i), "a column name", "Give the name as text.");
                }
                key.add(names.get(i).textValue());
            }
        }

        JsonNode columns = array(node, path, "columns");
        List<SourceColumn> read = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            read.add(column(columns.get(i), path + ".columns[" + i + "]", key));
        }
        RowImages images = present(node, "rowImages")
                ? constant(RowImages.values(), text(node, path, "rowImages"), path + ".rowImages")
                : usualImages(engine, key);
        return checked(path, () -> new SourceTable(id, read, key, images));
    }

    private static SourceColumn column(JsonNode node, String path, List<String> primaryKey) {
        object(node, path, "name", "type", "nullable", "nativeType", "maxBytes", "fixedWidth", "hasDefault");
        String name = text(node, path, "name");
        DataType type = checked(path + ".type", () -> DataType.parse(text(node, path, "type")));
        boolean nullable = flag(node, path, "nullable", !primaryKey.contains(name));
        String nativeType = present(node, "nativeType") ? text(node, path, "nativeType") : "";
        long maxBytes = SourceColumn.maxBytes(type);
        if (present(node, "maxBytes")) {
            JsonNode size = node.get("maxBytes");
            if (size.isTextual() && size.textValue().equals("unbounded")) {
                maxBytes = SourceColumn.UNBOUNDED;
            } else if (size.isIntegralNumber() && size.canConvertToLong()) {
                maxBytes = size.longValue();
            } else {
                throw wrong(path + ".maxBytes", size, "a whole number of bytes", "Give e.g. 80, or \"unbounded\".");
            }
        }

        long bytes = maxBytes;
        boolean fixedWidth = flag(node, path, "fixedWidth", SourceColumn.fixedWidth(type));
        boolean hasDefault = flag(node, path, "hasDefault", false);
        return checked(path, () -> new SourceColumn(name, type, nullable, nativeType, bytes, fixedWidth, hasDefault));
    }

    /** What the engine logs when nobody changed it (DMS guide, S3 target and source pages). */
    private static RowImages usualImages(SourceEngine engine, List<String> primaryKey) {
        return switch (engine) {
            case POSTGRESQL -> primaryKey.isEmpty() ? RowImages.NONE : RowImages.KEY_ONLY;
            case ORACLE -> RowImages.KEY_ONLY;
            case SQL_SERVER, MYSQL, MARIADB, SAP_ASE, MONGODB, DOCUMENTDB -> RowImages.FULL;
        };
    }

    static String write(SourceSchema schema) {
        ObjectNode root = JSON.createObjectNode();
        root.put("engine", wire(schema.engine()));
        ArrayNode tables = root.putArray("tables");
        for (SourceTable table : schema.tables()) {
            ObjectNode node = tables.addObject();
            node.put("schema", table.id().schema());
            node.put("name", table.id().name());
            ArrayNode columns = node.putArray("columns");
            table.columns().forEach(column -> write(column, table.primaryKey(), columns.addObject()));
            ArrayNode key = node.putArray("primaryKey");
            table.primaryKey().forEach(key::add);
            node.put("rowImages", wire(table.rowImages()));
        }
        return root.toPrettyString();
    }

    private static void write(SourceColumn column, List<String> primaryKey, ObjectNode node) {
        node.put("name", column.name());
        node.put("type", column.type().toString());
        if (column.nullable() == primaryKey.contains(column.name())) {
            node.put("nullable", column.nullable());
        }
        if (!column.nativeType().isEmpty()) {
            node.put("nativeType", column.nativeType());
        }
        if (column.maxBytes() == SourceColumn.UNBOUNDED
                && SourceColumn.maxBytes(column.type()) != SourceColumn.UNBOUNDED) {
            node.put("maxBytes", "unbounded");
        } else if (column.maxBytes() != SourceColumn.maxBytes(column.type())) {
            node.put("maxBytes", column.maxBytes());
        }
        if (column.fixedWidth() != SourceColumn.fixedWidth(column.type())) {
            node.put("fixedWidth", column.fixedWidth());
        }
        if (column.hasDefault()) {
            node.put("hasDefault", true);
        }
    }

    private static SourceEngine engine(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return SourceEngine.POSTGRESQL;
        }
        if (!node.isTextual()) {
            throw wrong("$.engine", node, "the name of an engine", "Give e.g. \"postgresql\".");
        }

        return constant(SourceEngine.values(), node.textValue(), "$.engine");
    }

    private static <E extends Enum<E>> E constant(E[] constants, String text, String path) {
        for (E constant : constants) {
            if (plain(wire(constant)).equals(plain(text))) {
                return constant;
            }
        }

        List<String> names = Arrays.stream(constants).map(SourceJson::wire).toList();
        throw new InvalidSourceSchemaException(
                path, "'" + text + "' is not known.", "Use one of " + String.join(", ", names) + ".", null);
    }

    private static String wire(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "").replace(" ", "");
    }

    private static void object(@Nullable JsonNode node, String path, String... names) {
        if (node == null || !node.isObject()) {
            throw wrong(path, node, "an object", "Give one with the names " + String.join(", ", names) + ".");
        }

        List<String> known = List.of(names);
        for (Iterator<String> given = node.fieldNames(); given.hasNext(); ) {
            String name = given.next();
            if (!known.contains(name)) {
                String meant = known.stream()
                        .filter(other -> plain(other).equals(plain(name)))
                        .findFirst()
                        .orElse("");
                throw new InvalidSourceSchemaException(
                        path,
                        "the name '" + name + "' is not known.",
                        meant.isEmpty() ? "Use " + String.join(", ", names) + "." : "Did you mean '" + meant + "'?",
                        null);
            }
        }
    }

    private static JsonNode array(JsonNode node, String path, String name) {
        JsonNode value = node.get(name);
        if (value == null || !value.isArray()) {
            throw wrong(path + "." + name, value, "an array", "Give \"" + name + "\": [...].");
        }

        return value;
    }

    private static String text(JsonNode node, String path, String name) {
        JsonNode value = node.get(name);
        if (value == null || !value.isTextual() || value.textValue().isEmpty()) {
            throw wrong(path + "." + name, value, "a text that is not empty", "Give \"" + name + "\": \"...\".");
        }

        return value.textValue();
    }

    private static boolean flag(JsonNode node, String path, String name, boolean otherwise) {
        if (!present(node, name)) {
            return otherwise;
        }
        if (!node.get(name).isBoolean()) {
            throw wrong(path + "." + name, node.get(name), "true or false", "Give it without quotes.");
        }

        return node.get(name).booleanValue();
    }

    private static boolean present(JsonNode node, String name) {
        return node.hasNonNull(name);
    }

    private static InvalidSourceSchemaException wrong(
            String path, @Nullable JsonNode value, String wanted, String fix) {
        String found = value == null || value.isMissingNode() ? "it is missing" : "it is " + value;
        return new InvalidSourceSchemaException(path, found + ", not " + wanted + ".", fix, null);
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? "no position"
                : "line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    /** Gives a complaint of the model the place in the text it comes from. */
    private static <T> T checked(String path, Supplier<T> step) {
        try {
            return step.get();
        } catch (IllegalArgumentException e) {
            throw new InvalidSourceSchemaException(path, String.valueOf(e.getMessage()), "Correct this value.", e);
        }
    }
}
