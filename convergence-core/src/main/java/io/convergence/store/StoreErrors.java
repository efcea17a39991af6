package io.convergence.store;

import org.jspecify.annotations.Nullable;

/** The texts of this package's failures; {@code where} is a store's {@link ObjectStore#description()}. */
final class StoreErrors {
    private StoreErrors() {}

    static ObjectNotFoundException absent(String action, String key, String where) {
        return new ObjectNotFoundException(
                key,
                "Cannot " + action + " object '" + key + "' in " + where
                        + ": it does not exist. List the prefix to see what is there.",
                null);
    }

    static PreconditionFailedException changed(String action, String key, String where, ETag wanted, ETag found) {
        return new PreconditionFailedException(
                key,
                "Cannot " + action + " object '" + key + "' in " + where + ": it now has ETag '" + found + "', not '"
                        + wanted + "'. Read it again and decide anew.",
                null);
    }

    static PreconditionFailedException exists(String key, String where) {
        return new PreconditionFailedException(
                key,
                "Cannot create object '" + key + "' in " + where
                        + ": it already exists. Read it to learn who wrote it, or choose another key.",
                null);
    }

    static UnsupportedOperationException unsupported(String action, String key, String where, Capability capability) {
        return new UnsupportedOperationException("Cannot " + action + " '" + key + "' in " + where
                + ": the store does not declare " + capability + ". Use a store that does.");
    }

    static IllegalArgumentException range(ObjectStat object, long offset, int length) {
        return new IllegalArgumentException("Cannot read " + length + " bytes from offset " + offset + " of object '"
                + object.key() + "': it has " + object.size() + " bytes. Ask for a range within it.");
    }

    /** Another process aborted it. */
    static ObjectNotFoundException uploadGone(String key, String where) {
        return new ObjectNotFoundException(
                key,
                "Cannot go on with the upload of object '" + key + "' in " + where
                        + ": the upload does not exist any more. Start another one.",
                null);
    }

    static IllegalStateException uploadEnded(String key) {
        return new IllegalStateException("Cannot go on with the upload of object '" + key
                + "': it has been completed or aborted. Start another one.");
    }

    static IllegalStateException noParts(String key) {
        return new IllegalStateException(
                "Cannot complete the upload of object '" + key + "': it has no part. Upload one, or use put.");
    }

    static IllegalStateException partTooSmall(String key, int number, long bytes) {
        return new IllegalStateException("Cannot complete the upload of object '" + key + "': part " + number + " has "
                + bytes + " bytes, but every part save the last needs " + MultipartUpload.MIN_PART_BYTES
                + ". Upload it again, larger.");
    }

    static IllegalArgumentException partNumber(String key, int number) {
        return new IllegalArgumentException("Cannot upload part " + number + " of object '" + key
                + "': parts are numbered 1 to " + MultipartUpload.MAX_PARTS + ".");
    }

    static UnsupportedOperationException lacks(String action, String key, String where, Capability capability) {
        return new UnsupportedOperationException("Cannot " + action + " object '" + key + "' in " + where
                + ": the store does not declare " + capability + ". Use a store that does.");
    }

    static StoreAccessException refused(
            String action, String key, String where, String why, @Nullable Throwable cause) {
        return new StoreAccessException(key, "Cannot " + action + " '" + key + "' in " + where + ": " + why, cause);
    }
}
