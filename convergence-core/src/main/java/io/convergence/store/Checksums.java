package io.convergence.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** MD5, which S3 uses as ETag of plain objects. It tells versions apart here and guards against nobody. */
final class Checksums {
    private Checksums() {}

    static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(
                    "Cannot compute ETags: this Java runtime lacks MD5, which every one must have.", e);
        }
    }

    static ETag etag(byte[] content) {
        return etag(md5(), content);
    }

    /** The ETag of all the digest has seen and then {@code rest}. */
    static ETag etag(MessageDigest digest, byte[] rest) {
        return new ETag(HexFormat.of().formatHex(digest.digest(rest)));
    }

    /** As S3 does: the MD5 of the parts' MD5s, then their number. */
    static ETag multipartEtag(List<byte[]> parts) {
        MessageDigest all = md5();
        for (byte[] part : parts) {
            all.update(md5().digest(part));
        }

        return new ETag(HexFormat.of().formatHex(all.digest()) + "-" + parts.size());
    }
}
