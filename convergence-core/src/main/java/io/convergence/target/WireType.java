package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.convergence.DataSize;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a value stands in AWS's documents and what it is here. People send numbers and flags as texts too, so both are
 * read. What is written is a {@link Boolean}, a {@link Long} or a {@link String}, or a {@link JsonNode} for a {@link #structure}.
 */
final class WireType<T> {
    /** Takes what is wrong with a value, and what to do about it. */
    interface Wrong {
        void because(String message, String fix);
    }

    interface Reader<T> {
        /** Null if the value is to be taken as not set, or is wrong. */
        @Nullable
        T read(JsonNode value, Wrong wrong);
    }

    private static final String CORRECT = "Correct the value.";

    private final Reader<T> reader;
    private final Function<T, Object> writer;

    private WireType(Reader<T> reader, Function<T, Object> writer) {
        this.reader = reader;
        this.writer = writer;
    }

    @Nullable
    T read(JsonNode value, Wrong wrong) {
        return value.isNull() ? null : reader.read(value, wrong);
    }

    Object write(T value) {
        return writer.apply(value);
    }

    /** An empty text is a value. */
    static WireType<String> text() {
        return new WireType<>(WireType::text, text -> text);
    }

    /** A blank text is the same as none. */
    static WireType<String> name() {
        return new WireType<>(WireType::notBlank, text -> text);
    }

    /** A text, not empty, whose control characters AWS's tools take as a backslash and a letter. */
    static WireType<String> delimiter() {
        return new WireType<>(
                (value, wrong) -> {
                    String text = text(value, wrong);
                    return text == null || text.isEmpty()
                            ? null
                            : text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
                },
                text -> text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"));
    }

    /** A key prefix, without slashes at its ends. */
    static WireType<String> folder() {
        return new WireType<>(
                (value, wrong) -> {
                    String text = text(value, wrong);
                    return text == null ? null : S3TargetSettings.Builder.withoutOuterSlashes(text);
                },
                text -> text);
    }

    static WireType<Boolean> flag() {
        return new WireType<>(WireType::flag, flag -> flag);
    }

    static WireType<Duration> seconds() {
        return notNegative(Duration::ofSeconds, Duration::toSeconds);
    }

    static WireType<Duration> minutes() {
        return notNegative(Duration::ofMinutes, Duration::toMinutes);
    }

    static WireType<DataSize> kilobytes() {
        return notNegative(DataSize::ofKilobytes, DataSize::toKilobytes);
    }

    static WireType<DataSize> megabytes() {
        return notNegative(DataSize::ofMegabytes, size -> size.bytes() >> 20);
    }

    static WireType<DataSize> bytes() {
        return notNegative(DataSize::ofBytes, DataSize::bytes);
    }

    /** A number that may be negative. */
    static WireType<Integer> number() {
        return new WireType<>(
                (value, wrong) -> {
                    Long number = number(value, "-?\\d{1,9}", wrong, "a whole number", CORRECT);
                    return number == null ? null : number.intValue();
                },
                Integer::longValue);
    }

    static WireType<Integer> count() {
        return notNegative(number -> (int) Math.min(number, Integer.MAX_VALUE), Integer::longValue);
    }

    static WireType<ZoneId> zone() {
        return new WireType<>(
                (value, wrong) -> {
                    String text = notBlank(value, wrong);
                    try {
                        return text == null ? null : ZoneId.of(text);
                    } catch (DateTimeException e) {
                        wrong.because(
                                "It is " + value + ", not the name of a time zone.",
                                "Give it as Area/Location, e.g. \"Europe/Berlin\".");
                        return null;
                    }
                },
                ZoneId::getId);
    }

    static <E> WireType<E> constant(Function<String, E> parser, Function<E, String> wireValue) {
        return new WireType<>(
                (value, wrong) -> {
                    String text = notBlank(value, wrong);
                    try {
                        return text == null ? null : parser.apply(text);
                    } catch (IllegalArgumentException e) {
                        wrong.because(String.valueOf(e.getMessage()), CORRECT);
                        return null;
                    }
                },
                wireValue::apply);
    }

    /** One of a few constants, in the spelling of {@code wireValue} or any other case and hyphenation. */
    static <E extends Enum<E>> WireType<E> oneOf(List<E> constants, Function<E, String> wireValue) {
        return new WireType<>(
                (value, wrong) -> {
                    String text = notBlank(value, wrong);
                    for (E constant : constants) {
                        if (text != null && plain(wireValue.apply(constant)).equals(plain(text))) {
                            return constant;
                        }
                    }
                    if (text != null) {
                        wrong.because(
                                "It is " + value + ", none of DMS's values.",
                                "Use one of "
                                        + constants.stream().map(wireValue).collect(Collectors.joining(", ")) + ".");
                    }
                    return null;
                },
                wireValue::apply);
    }

    /** The same, but 0 is read as not set: so the service reports what was never set. */
    WireType<T> zeroIsUnset() {
        return new WireType<>((value, wrong) -> value.asText().trim().equals("0") ? null : read(value, wrong), writer);
    }

    /** A value with a structure; what is written is a {@link JsonNode}. */
    static <T> WireType<T> structure(Reader<T> reader, Function<T, Object> writer) {
        return new WireType<>(reader, writer);
    }

    /** Whether the value is one that the unit of the API can express. */
    boolean expresses(T value) {
        Object written = write(value);
        return !(written instanceof Long number) || value.equals(read(LongNode.valueOf(number), (message, fix) -> {}));
    }

    private static <T> WireType<T> notNegative(LongFunction<T> reader, ToLongFunction<T> writer) {
        return new WireType<>(
                (value, wrong) -> {
                    Long number = number(
                            value,
                            "\\d{1,10}",
                            wrong,
                            "a whole number that is not negative",
                            "Give it in the unit of the API.");
                    return number == null ? null : reader.apply(number);
                },
                writer::applyAsLong);
    }

    private static @Nullable Long number(JsonNode value, String pattern, Wrong wrong, String wanted, String fix) {
        String text = value.asText().trim();
        if (value.isContainerNode() || !text.matches(pattern)) {
            wrong.because("It is " + value + ", not " + wanted + ".", fix);
            return null;
        }
        return Long.valueOf(text);
    }

    private static @Nullable String text(JsonNode value, Wrong wrong) {
        if (!value.isTextual()) {
            wrong.because("It is " + value + ", not a text.", "Give it in quotes.");
            return null;
        }
        return value.textValue();
    }

    private static @Nullable String notBlank(JsonNode value, Wrong wrong) {
        String text = text(value, wrong);
        return text == null || text.isBlank() ? null : text;
    }

    private static @Nullable Boolean flag(JsonNode value, Wrong wrong) {
        String text = value.asText().trim().toLowerCase(Locale.ROOT);
        if (text.equals("true") || text.equals("y")) {
            return true;
        }
        if (text.equals("false") || text.equals("n")) {
            return false;
        }

        wrong.because("It is " + value + ", not true or false.", "Give it without quotes.");
        return null;
    }

    private static String plain(String text) {
        return text.trim().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
