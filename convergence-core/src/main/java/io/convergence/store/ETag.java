package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The opaque version token of an object's content, without quotes. It is no checksum: under SSE-KMS and for
 * multipart uploads S3's ETag is not an MD5. Two writes of the same bytes may or may not share it. Immutable and
 * thread-safe.
 */
public final class ETag {
    private static final int HEX_DIGITS = 32;
    private static final HexFormat HEX = HexFormat.of();

    // Listings hold millions of them: the usual 32 hexadecimal digits are kept as the number they write.
    private final long high;
    private final long low;
    private final @Nullable String text;

    public ETag(String value) {
        if (requireNonNull(value, "value").isEmpty()) {
            throw new IllegalArgumentException("Cannot make an ETag of an empty text.");
        }

        boolean packed = value.length() == HEX_DIGITS && isLowerHex(value);
        high = packed ? HexFormat.fromHexDigitsToLong(value, 0, HEX_DIGITS / 2) : 0;
        low = packed ? HexFormat.fromHexDigitsToLong(value, HEX_DIGITS / 2, HEX_DIGITS) : 0;
        text = packed ? null : value;
    }

    private static boolean isLowerHex(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }

        return true;
    }

    /** Takes the token as HTTP carries it, with or without quotes. */
    public static ETag parse(String headerValue) {
        String trimmed = requireNonNull(headerValue, "headerValue").trim();
        boolean quoted = trimmed.length() >= 2 && trimmed.startsWith("\"") && trimmed.endsWith("\"");
        return new ETag(quoted ? trimmed.substring(1, trimmed.length() - 1) : trimmed);
    }

    public String value() {
        String own = text;
        return own != null ? own : HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ETag that
                && high == that.high
                && low == that.low
                && (text == null ? that.text == null : text.equals(that.text));
    }

    @Override
    public int hashCode() {
        return text != null ? text.hashCode() : Long.hashCode(high * 31 + low);
    }

    @Override
    public String toString() {
        return value();
    }
}
