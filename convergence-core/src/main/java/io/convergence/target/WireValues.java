package io.convergence.target;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * AWS spells one value in several ways: the API in lower case with hyphens, the guide's examples in upper case with
 * underscores. Which one the service echoes is not documented, so all are read.
 */
final class WireValues {
    private WireValues() {}

    static <E extends Enum<E>> E parse(String attribute, E[] values, Function<E, String> wireValue, String text) {
        String wanted = plain(requireNonNull(text, "text"));
        for (E value : values) {
            if (plain(wireValue.apply(value)).equals(wanted)) {
                return value;
            }
        }

        throw new IllegalArgumentException(
                "Cannot read " + attribute + " '" + text + "': it is none of DMS's values. Use one of "
                        + Arrays.stream(values).map(wireValue).collect(Collectors.joining(", ")) + ".");
    }

    private static String plain(String text) {
        return text.trim().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
