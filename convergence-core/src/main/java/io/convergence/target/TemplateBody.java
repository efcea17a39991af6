package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Names, values and comments of a template in their order, before they are written in its language. Not thread-safe. */
final class TemplateBody {
    /** An expression of the language, e.g. the name of another resource. */
    record Reference(String expression) {}

    /** A document that is given as text, in the way of the language. */
    record JsonText(JsonNode document) {}

    /**
     * @param value a {@link Boolean}, {@link Number} or {@link String}, a {@link Reference}, a {@link JsonText}, a structure as
     *     {@link JsonNode}, or a {@link TemplateBody}
     * @param comments above the name, each one line or to be cut into lines
     */
    record Entry(String name, Object value, List<String> comments) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<String> pending = new ArrayList<>();

    List<Entry> entries() {
        return entries;
    }

    /** For what is put next. */
    TemplateBody comment(String text) {
        pending.add(text);
        return this;
    }

    TemplateBody comments(List<String> texts) {
        pending.addAll(texts);
        return this;
    }

    TemplateBody put(String name, Object value) {
        entries.add(new Entry(name, value, List.copyOf(pending)));
        pending.clear();
        return this;
    }

    TemplateBody put(String name, Consumer<TemplateBody> content) {
        TemplateBody inner = new TemplateBody();
        content.accept(inner);
        return put(name, inner);
    }
}
