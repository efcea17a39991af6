package io.convergence.store.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trees of JSON from and to text, read strictly: no field twice, nothing behind the value, limits for depth and length. Does without an
 * {@code ObjectMapper}, whose start takes longer than reading the files of a small table. Immutable; thread-safe.
 */
public final class Json {
    private static final int MAX_NESTING = 20;
    private static final int MAX_TEXT = 1_000_000;

    private final JsonFactory factory;

    /** @param longest document that is read, in characters */
    public Json(long longest) {
        factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING)
                        .maxStringLength(MAX_TEXT)
                        .maxDocumentLength(longest)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** @throws JsonProcessingException if it is no JSON, or more than one value */
    public JsonNode parse(String text) throws JsonProcessingException {
        try (JsonParser parser = factory.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new JsonParseException(parser, "it is empty");
            }

            JsonNode root = value(parser, first);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "something follows the value");
            }

            return root;
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> JsonNodeFactory.instance.textNode(parser.getText());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> JsonNodeFactory.instance.numberNode(parser.getIntValue());
                    case LONG -> JsonNodeFactory.instance.numberNode(parser.getLongValue());
                    default -> JsonNodeFactory.instance.numberNode(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> JsonNodeFactory.instance.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> JsonNodeFactory.instance.booleanNode(true);
            case VALUE_FALSE -> JsonNodeFactory.instance.booleanNode(false);
            case VALUE_NULL -> JsonNodeFactory.instance.nullNode();
            default -> throw new JsonParseException(parser, "a value was expected, not " + token);
        };
    }

    private static ObjectNode object(JsonParser parser) throws IOException {
        ObjectNode object = object();
        for (JsonToken token = parser.nextToken(); token == JsonToken.FIELD_NAME; token = parser.nextToken()) {
            String name = parser.currentName();
            object.set(name, value(parser, parser.nextToken()));
        }

        return object;
    }

    private static ArrayNode array(JsonParser parser) throws IOException {
        ArrayNode array = array();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(parser, token));
        }

        return array;
    }

    /** In as few characters as may be. */
    public String write(JsonNode root) {
        return write(root, null);
    }

    /** For people to read; with the same line ends on every system. */
    public String inLines(JsonNode root) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        return write(
                root, new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter));
    }

    private String write(JsonNode root, @Nullable PrettyPrinter printer) {
        var text = new StringWriter();
        try (JsonGenerator generator = factory.createGenerator(text)) {
            if (printer != null) {
                generator.setPrettyPrinter(printer);
            }
            generate(root, generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return text.toString();
    }

    private static void generate(JsonNode node, JsonGenerator target) throws IOException {
        switch (node.getNodeType()) {
            case OBJECT -> {
                target.writeStartObject(node, node.size());
                for (Map.Entry<String, JsonNode> field : node.properties()) {
                    target.writeFieldName(field.getKey());
                    generate(field.getValue(), target);
                }
                target.writeEndObject();
            }
            case ARRAY -> {
                target.writeStartArray(node, node.size());
                for (JsonNode element : node) {
                    generate(element, target);
                }
                target.writeEndArray();
            }
            case STRING -> target.writeString(node.textValue());
            case BOOLEAN -> target.writeBoolean(node.booleanValue());
            case NUMBER -> {
                switch (node.numberType()) {
                    case INT -> target.writeNumber(node.intValue());
                    case LONG -> target.writeNumber(node.longValue());
                    case BIG_INTEGER -> target.writeNumber(node.bigIntegerValue());
                    case BIG_DECIMAL -> target.writeNumber(node.decimalValue());
                    default -> target.writeNumber(node.doubleValue());
                }
            }
            default -> target.writeNull();
        }
    }
}
