package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.ConvergenceException;
import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.mapping.TableMappings;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The JSON form of {@link ReplicationSpec}. */
final class ReplicationSpecJson {
    private static final List<String> NAMES = List.of(
            "sourceEngine",
            "sourceSchema",
            "tableMappings",
            "s3Settings",
            "nullOnUpdate",
            "taskSettings",
            "lobMaxSizeKb",
            "controlPrefix",
            "outputPrefix",
            "migrationType",
            "consumer",
            "versionedBucket");

    private static final List<String> NULL_ON_UPDATE_NAMES = List.of("schema", "table", "column", "nullMeans");

    private final List<Finding> errors = new ArrayList<>();

    private ReplicationSpecJson() {}

    static ReplicationSpec parse(String json) {
        return new ReplicationSpecJson().read(ConfigurationJson.object(json, "the replication spec"));
    }

    private ReplicationSpec read(JsonNode root) {
        refuseUnknownNames(root, "$", NAMES);
        ReplicationSpec.Builder builder = ReplicationSpec.builder();
        part(root, "sourceEngine", node -> builder.sourceEngine(constant(SourceEngine.values(), node)));
        part(root, "sourceSchema", node -> builder.sourceSchema(SourceSchema.parse(node.toString())));
        part(root, "tableMappings", node -> builder.tableMappings(TableMappings.parse(node.toString())));
        part(root, "s3Settings", node -> builder.settings(S3TargetSettings.parse(node.toString())));
        part(root, "nullOnUpdate", node -> nullOnUpdate(node, builder));
        part(root, "taskSettings", node -> builder.taskSettings(TaskSettings.parse(node.toString())));
        part(root, "lobMaxSizeKb", node -> builder.lobMaxSize(kilobytes(node)));
        part(root, "controlPrefix", node -> builder.controlPrefix(text(node)));
        part(root, "outputPrefix", node -> builder.outputPrefix(text(node)));
        part(root, "migrationType", node -> builder.migrationType(constant(MigrationType.values(), node)));
        part(root, "consumer", node -> builder.consumer(constant(RawConsumer.values(), node)));
        part(root, "versionedBucket", node -> {
            if (flag(node)) {
                builder.versionedBucket();
            }
        });
        if (!errors.isEmpty()) {
            throw new InvalidConfigurationException("the replication spec", errors);
        }

        return builder.build();
    }

    /** Collects what is wrong with each part, so that one run shows all. */
    private void part(JsonNode root, String name, Consumer<JsonNode> reader) {
        if (!root.hasNonNull(name)) {
            return;
        }
        try {
            reader.accept(root.get(name));
        } catch (InvalidConfigurationException e) {
            e.findings().forEach(finding -> errors.add(ReplicationSpecChecks.within("$." + name, finding)));
        } catch (ConvergenceException | IllegalArgumentException e) {
            errors.add(wrong("$." + name, String.valueOf(e.getMessage())));
        }
    }

    private void nullOnUpdate(JsonNode node, ReplicationSpec.Builder builder) {
        if (!node.isArray()) {
            throw new IllegalArgumentException("It is " + node + ", not an array of objects.");
        }

        Set<List<String>> declared = new HashSet<>();
        for (int i = 0; i < node.size(); i++) {
            nullOnUpdate(node.get(i), "$.nullOnUpdate[" + i + "]", declared, builder);
        }
    }

    private void nullOnUpdate(
            JsonNode entry, String path, Set<List<String>> declared, ReplicationSpec.Builder builder) {
        if (!entry.isObject()) {
            errors.add(wrong(path, "It is " + entry + ", not an object with " + NULL_ON_UPDATE_NAMES + "."));
            return;
        }

        int before = errors.size();
        refuseUnknownNames(entry, path, NULL_ON_UPDATE_NAMES);
        List<String> place = Stream.of("schema", "table", "column")
                .map(name -> value(entry, path, name, node -> notEmpty(text(node)), ""))
                .toList();
        NullOnUpdate meaning =
                value(entry, path, "nullMeans", node -> constant(NullOnUpdate.values(), node), NullOnUpdate.REFUSE);
        if (errors.size() > before) {
            return;
        }
        if (!declared.add(place)) {
            errors.add(wrong(
                    path,
                    "Column '" + place.get(2) + "' of " + place.get(0) + "." + place.get(1) + " is given twice."));
            return;
        }

        builder.nullOnUpdate(TableId.of(place.get(0), place.get(1)), place.get(2), meaning);
    }

    /** The value of a name; what is wrong with it is collected, and the fallback stands in for it. */
    private <T> T value(JsonNode entry, String path, String name, Function<JsonNode, T> reader, T fallback) {
        try {
            return reader.apply(entry.path(name));
        } catch (IllegalArgumentException e) {
            errors.add(wrong(path + "." + name, String.valueOf(e.getMessage())));
            return fallback;
        }
    }

    private static Finding wrong(String path, String message) {
        return Finding.error("WRONG_VALUE", path, message, "Correct the value.");
    }

    private void refuseUnknownNames(JsonNode node, String path, List<String> known) {
        for (Iterator<String> given = node.fieldNames(); given.hasNext(); ) {
            String name = given.next();
            if (!known.contains(name)) {
                errors.add(Finding.error(
                        "UNKNOWN_NAME",
                        path + "." + name,
                        "'" + name + "' is no part of a replication spec.",
                        ConfigurationJson.suggestion(name, known)
                                .map(meant -> "Did you mean '" + meant + "'?")
                                .orElse("Use one of " + String.join(", ", known) + ".")));
            }
        }
    }

    private static String text(JsonNode node) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException("It is " + (node.isMissingNode() ? "missing" : node) + ", not a text.");
        }
        return node.textValue();
    }

    private static String notEmpty(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("It is empty, not a name.");
        }
        return text;
    }

    private static boolean flag(JsonNode node) {
        if (!node.isBoolean()) {
            throw new IllegalArgumentException("It is " + node + ", not true or false.");
        }
        return node.booleanValue();
    }

    private static DataSize kilobytes(JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
            throw new IllegalArgumentException("It is " + node + ", not a whole number of kilobytes.");
        }
        return DataSize.ofKilobytes(node.intValue());
    }

    private static <E extends Enum<E>> E constant(E[] constants, JsonNode node) {
        String text = text(node);
        for (E constant : constants) {
            if (wire(constant).equals(text.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return constant;
            }
        }

        throw new IllegalArgumentException("It is '" + text + "', none of "
                + Arrays.stream(constants).map(ReplicationSpecJson::wire).collect(Collectors.joining(", ")) + ".");
    }

    private static String wire(@Nullable Enum<?> constant) {
        return String.valueOf(constant).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String write(ReplicationSpec spec) {
        ObjectNode root = ConfigurationJson.newObject();
        root.put("sourceEngine", wire(spec.sourceEngine()));
        spec.sourceSchema()
                .ifPresent(
                        schema -> root.set("sourceSchema", ConfigurationJson.object(schema.toJson(), "source schema")));
        root.set("tableMappings", ConfigurationJson.object(spec.tableMappings().toJson(), "table mappings"));
        root.set("s3Settings", S3TargetJson.toNode(spec.settings()));
        if (!spec.nullOnUpdate().isEmpty()) {
            ArrayNode entries = root.putArray("nullOnUpdate");
            for (Map.Entry<TableId, Map<String, NullOnUpdate>> table : new TreeMap<>(spec.nullOnUpdate()).entrySet()) {
                new TreeMap<>(table.getValue())
                        .forEach((column, meaning) -> entries.addObject()
                                .put("schema", table.getKey().schema())
                                .put("table", table.getKey().name())
                                .put("column", column)
                                .put("nullMeans", wire(meaning)));
            }
        }
        spec.taskSettings()
                .ifPresentOrElse(
                        task -> root.set("taskSettings", ConfigurationJson.object(task.toJson(), "task settings")),
                        () -> root.put("lobMaxSizeKb", spec.lobMaxSize().toKilobytes()));
        root.put("controlPrefix", spec.controlPrefix());
        root.put("outputPrefix", spec.outputPrefix());
        spec.migrationType().ifPresent(type -> root.put("migrationType", type.wireValue()));
        root.put("consumer", wire(spec.consumer()));
        root.put("versionedBucket", spec.versionedBucket());
        return root.toPrettyString();
    }
}
