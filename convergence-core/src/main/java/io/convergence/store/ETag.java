package io.convergence.store;

import static java.util.Objects.requireNonNull;

/**
 * The opaque version token of an object's content, without quotes. It is no checksum: under SSE-KMS and for
 * multipart uploads S3's ETag is not an MD5. Two writes of the same bytes may or may not share it.
 */
public record ETag(String value) {
    public ETag {
        if (requireNonNull(value, "value").isEmpty()) {
            throw new IllegalArgumentException("Cannot make an ETag of an empty text.");
        }
    }

    /** Takes the token as HTTP carries it, with or without quotes. */
    public static ETag parse(String headerValue) {
        String trimmed = requireNonNull(headerValue, "headerValue").trim();
        boolean quoted = trimmed.length() >= 2 && trimmed.startsWith("\"") && trimmed.endsWith("\"");
        return new ETag(quoted ? trimmed.substring(1, trimmed.length() - 1) : trimmed);
    }

    @Override
    public String toString() {
        return value;
    }
}
