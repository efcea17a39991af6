package io.convergence.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.convergence.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether a text is JSON at all, told apart from what it says: people want the line and column of a comma too many. */
final class JsonSyntax {
    static final String CODE = "NOT_JSON";

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    /** How Jackson mentions another place in the text. */
    private static final Pattern PLACE = Pattern.compile("\\[Source: [^;]*; (line: \\d+, column: \\d+)]");
    /** How it mentions a character. */
    private static final Pattern CODE_POINT = Pattern.compile(" \\(code \\d+(?: / 0x[0-9a-f]+)?\\)");

    /** Where a text ceases to be JSON; both count from 1. */
    record Place(int line, int column) {}

    /** @param message a sentence */
    record SyntaxError(Place place, String message) {
        Finding finding() {
            return Finding.error(CODE, where(), message, "Correct it there; nothing after it was read.");
        }

        String where() {
            return "line " + place.line() + ", column " + place.column();
        }
    }

    private JsonSyntax() {}

    static Optional<SyntaxError> error(String text) {
        if (text.isBlank()) {
            return Optional.of(new SyntaxError(new Place(1, 1), "The text is empty."));
        }

        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            parser.skipChildren();
            JsonToken more = parser.nextToken();
            return more == null
                    ? Optional.empty()
                    : Optional.of(new SyntaxError(
                            new Place(
                                    parser.currentTokenLocation().getLineNr(),
                                    parser.currentTokenLocation().getColumnNr()),
                            "There is more after the end of the JSON."));
        } catch (JsonProcessingException e) {
            Place place = e.getLocation() == null
                    ? new Place(1, 1)
                    : new Place(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
            return Optional.of(
                    new SyntaxError(place, "The text is no JSON from here on: " + clear(e.getOriginalMessage()) + "."));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String clear(String message) {
        if (message.contains("CTRL-CHAR")) {
            return "a text in quotes goes over the end of its line or holds another control character; its closing quote may be missing";
        }

        String places =
                PLACE.matcher(message.strip().replaceAll("\\s*\\R\\s*", " ")).replaceAll("$1");
        String plain = CODE_POINT.matcher(places).replaceAll("");
        return plain.isEmpty()
                ? "it cannot be read"
                : plain.substring(0, 1).toLowerCase(Locale.ROOT) + plain.substring(1);
    }

    /** The names at the top of a JSON object; none if it is no object or no JSON. */
    static Set<String> names(String text) {
        Set<String> names = new LinkedHashSet<>();
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                    names.add(name);
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
        } catch (JsonProcessingException e) {
            return Set.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return names;
    }
}
