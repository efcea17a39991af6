package io.convergence.compact;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergence.store.ETag;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A value in a JSON document and where it stands, for errors that say so. */
record JsonPlace(JsonNode node, String path) {
    /** A fault in the document; the caller says which document it is. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault(String path, String why) {
            super("at " + path + ": " + why, null, false, false);
        }
    }

    JsonPlace field(String name) {
        JsonNode field = node.get(name);
        if (field == null || field.isNull()) {
            throw new Fault(path + "." + name, "it is missing");
        }

        return new JsonPlace(field, path + "." + name);
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    String text() {
        if (!node.isTextual()) {
            throw new Fault(path, "it is no text");
        }

        return node.textValue();
    }

    String text(String name) {
        return field(name).text();
    }

    long number(String name) {
        JsonPlace field = field(name);
        if (!field.node.isIntegralNumber() || !field.node.canConvertToLong()) {
            throw new Fault(field.path, "it is no whole number of 64 bits");
        }

        return field.node.longValue();
    }

    int smallNumber(String name) {
        long number = number(name);
        if (number != (int) number) {
            throw new Fault(path + "." + name, "it is no whole number of 32 bits");
        }

        return (int) number;
    }

    Instant instant(String name) {
        try {
            return Instant.parse(text(name));
        } catch (DateTimeException e) {
            throw new Fault(path + "." + name, "it is no instant like 2026-01-31T12:00:00Z");
        }
    }

    ETag etag(String name) {
        return field(name).as(ETag::new);
    }

    <E extends Enum<E>> E constant(String name, Class<E> type) {
        String text = text(name);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }

        throw new Fault(path + "." + name, "it is '" + text + "', none of " + List.of(type.getEnumConstants()));
    }

    /** The text as a value that refuses what it must not be. */
    <T> T as(Function<String, T> made) {
        String text = text();
        try {
            return made.apply(text);
        } catch (IllegalArgumentException e) {
            throw new Fault(path, String.valueOf(e.getMessage()));
        }
    }

    <T> Optional<T> optional(String name, Function<JsonPlace, T> read) {
        return has(name) ? Optional.of(read.apply(field(name))) : Optional.empty();
    }

    <T> List<T> list(String name, Function<JsonPlace, T> element) {
        JsonPlace field = field(name);
        if (!field.node.isArray()) {
            throw new Fault(field.path, "it is no list");
        }

        List<T> list = new ArrayList<>(field.node.size());
        for (int i = 0; i < field.node.size(); i++) {
            list.add(element.apply(new JsonPlace(field.node.get(i), field.path + "[" + i + "]")));
        }
        return list;
    }
}
