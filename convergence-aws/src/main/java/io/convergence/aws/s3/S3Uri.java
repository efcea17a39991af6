package io.convergence.aws.s3;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * A place in S3, {@code s3://bucket/prefix}. The prefix is taken as it stands: S3 keys are not URL-encoded in such
 * texts, and may hold {@code ?}, {@code #} and {@code %}.
 *
 * @param prefix key or start of keys, without a leading slash; empty for the whole bucket
 */
public record S3Uri(String bucket, String prefix) {
    private static final String SCHEME = "s3://";
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    public S3Uri {
        requireNonNull(bucket, "bucket");
        requireNonNull(prefix, "prefix");
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("Cannot use bucket name '" + bucket
                    + "': S3 bucket names have 3 to 63 lower-case letters, digits, dots and hyphens. Check the name.");
        }
    }

    /**
     * Parses {@code s3://bucket}, {@code s3://bucket/} or {@code s3://bucket/prefix}.
     *
     * @throws IllegalArgumentException if the text is none of these
     */
    public static S3Uri parse(String text) {
        if (!requireNonNull(text, "text").startsWith(SCHEME)) {
            throw new IllegalArgumentException(
                    "Cannot read '" + text + "' as a place in S3: it does not start with '" + SCHEME + "'.");
        }

        String rest = text.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        return slash < 0 ? new S3Uri(rest, "") : new S3Uri(rest.substring(0, slash), rest.substring(slash + 1));
    }

    @Override
    public String toString() {
        return SCHEME + bucket + "/" + prefix;
    }
}
