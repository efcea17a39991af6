package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/** S3's rules for object keys: at most 1,024 bytes of UTF-8, listed in ascending order of those bytes. Thread-safe. */
public final class ObjectKeys {
    /** S3's longest key, in bytes of UTF-8. */
    public static final int MAX_BYTES = 1024;

    private static final String LARGEST_CODE_POINT = Character.toString(Character.MAX_CODE_POINT);
    private static final Comparator<String> UTF8_ORDER = ObjectKeys::compareUtf8;

    private ObjectKeys() {}

    /**
     * The order of S3 listings. It differs from {@link String#compareTo} where one key has a character outside the
     * Basic Multilingual Plane and the other one from U+E000 to U+FFFF.
     */
    public static Comparator<String> order() {
        return UTF8_ORDER;
    }

    /**
     * Returns the key unchanged if S3 would take it.
     *
     * @throws IllegalArgumentException if it is empty, longer than {@link #MAX_BYTES} or not valid Unicode
     */
    public static String check(String key) {
        requireNonNull(key, "key");
        if (key.isEmpty()) {
            throw new IllegalArgumentException("Cannot use an empty object key. Name the object.");
        }

        if (isShortAscii(key)) {
            return key;
        }

        if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
            throw new IllegalArgumentException("Cannot use object key '" + key
                    + "': it holds half of a surrogate pair, which UTF-8 cannot express.");
        }

        int bytes = utf8Length(key);
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("Cannot use object key '" + key + "': it has " + bytes
                    + " bytes in UTF-8, S3 allows " + MAX_BYTES + ". Shorten it.");
        }

        return key;
    }

    /** As nearly all keys are: then each character is a byte. */
    private static boolean isShortAscii(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) >= 0x80) {
                return false;
            }
        }

        return key.length() <= MAX_BYTES;
    }

    /**
     * A text that sorts after every key under the prefix and before all later ones: where a listing goes on after a
     * common prefix.
     */
    public static String afterAllUnder(String prefix) {
        int room = Math.max(1, (MAX_BYTES - utf8Length(prefix)) / 4);
        return prefix + LARGEST_CODE_POINT.repeat(room);
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int compareUtf8(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x == y) {
                continue;
            }

            // Surrogates encode the code points above U+FFFF, yet as UTF-16 units they lie below U+E000.
            if (Character.isSurrogate(x) != Character.isSurrogate(y)) {
                return Character.isSurrogate(x) ? 1 : -1;
            }

            return Character.compare(x, y);
        }

        return Integer.compare(a.length(), b.length());
    }
}
