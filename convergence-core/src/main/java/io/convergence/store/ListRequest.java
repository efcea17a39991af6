package io.convergence.store;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * One page of a listing: keys that start with {@code prefix}, in ascending order of their UTF-8 bytes, after {@code startAfter}.
 *
 * @param startAfter exclusive lower bound of the keys, empty for none; it need not exist. With a delimiter, stores
 *     differ in whether they list a common prefix in the midst of which it lies
 * @param delimiter groups keys by the text up to its next occurrence after the prefix; null lists all keys
 * @param maxKeys 1 to 1,000 objects and common prefixes together, as on S3
 */
public record ListRequest(
        String prefix, String startAfter, @Nullable String delimiter, int maxKeys) {
    /** S3's largest page. */
    public static final int MAX_KEYS = 1000;

    public ListRequest {
        requireNonNull(prefix, "prefix");
        requireNonNull(startAfter, "startAfter");
        if (maxKeys < 1 || maxKeys > MAX_KEYS) {
            throw new IllegalArgumentException(
                    "Cannot list " + maxKeys + " keys a page: S3 allows 1 to " + MAX_KEYS + ".");
        }

        if (delimiter != null && delimiter.isEmpty()) {
            throw new IllegalArgumentException("Cannot group keys by an empty delimiter. Pass null to list them all.");
        }
    }

    public static ListRequest of(String prefix) {
        return new ListRequest(prefix, "", null, MAX_KEYS);
    }

    public ListRequest after(String key) {
        return new ListRequest(prefix, key, delimiter, maxKeys);
    }

    public ListRequest delimiter(String text) {
        return new ListRequest(prefix, startAfter, text, maxKeys);
    }

    public ListRequest maxKeys(int keys) {
        return new ListRequest(prefix, startAfter, delimiter, keys);
    }
}
