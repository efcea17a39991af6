package io.convergence.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in hexadecimal, and MD5 where a store's ETags are made of it. */
final class Digests {
    private Digests() {}

    static String ofText(String text) {
        return digest("SHA-256", text);
    }

    /** What S3 gives a small object as its ETag, unless it is encrypted by a key of KMS or of the customer. */
    static String md5(String text) {
        return digest("MD5", text);
    }

    private static String digest(String algorithm, String text) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Cannot compute " + algorithm + ", which every Java has.", e);
        }
    }

    /** The chain that goes on with one more text; two chains are equal only if all their texts are, in order. */
    static String chain(String before, String text) {
        return ofText(before + ofText(text));
    }
}
