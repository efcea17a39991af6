package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Tries at start whether a store honours the conditional writes it declares. Some S3-compatible servers take the
 * headers and ignore them; a ledger on such a store loses commits without an error.
 *
 * <p>It leaves one small object, {@link #PROBE_NAME}, under the prefix: deleting it would need a permission that
 * writers need not have. A probe that dies may leave an upload in parts of that name, too, which never becomes an object;
 * clean-up of a ledger aborts those that are old. Several processes may probe at once. A probe sees a store that ignores conditions, not one
 * that fails to serialise racing writers; the testkit's contract tries that.
 */
public final class ConditionalWriteProbe {
    /** The name of the object the probe leaves under its prefix. */
    public static final String PROBE_NAME = "convergence-conditional-write-probe";

    private static final byte[] CONTENT =
            "Convergence checks with this object that the store honours conditional writes.\n"
                    .getBytes(StandardCharsets.UTF_8);
    private static final ETag NO_SUCH_ETAG = new ETag("00000000000000000000000000000000");
    private static final Set<Capability> TRIED_ON_AN_OBJECT = Collections.unmodifiableSet(
            EnumSet.of(Capability.PUT_IF_MATCH, Capability.MULTIPART_CONDITIONAL, Capability.DELETE_IF_MATCH));
    private static final int ATTEMPTS = 5;

    private final ObjectStore store;

    public ConditionalWriteProbe(ObjectStore store) {
        this.store = requireNonNull(store, "store");
    }

    /**
     * Returns if the store declares all that is required and honours each conditional write that is. Only what is
     * required is tried: {@link Capability#DELETE_IF_MATCH} needs the permission to delete.
     *
     * @param prefix where the probe may write: empty, or ending with the store's folder delimiter
     * @param required what is no conditional write, such as {@link Capability#ANY_KEY}, must be declared and is not tried
     * @throws UnsafeStoreException if not
     */
    public void verify(String prefix, Set<Capability> required) {
        String key = requireNonNull(prefix, "prefix") + PROBE_NAME;
        Set<Capability> declared = store.capabilities();
        for (Capability needed : EnumSet.allOf(Capability.class)) {
            if (required.contains(needed) && !declared.contains(needed)) {
                throw unsafe(key, needed, "it does not declare " + needed + ", which is needed");
            }
        }

        if (required.contains(Capability.PUT_IF_ABSENT)) {
            verifyPutIfAbsent(key);
        } else if (!Collections.disjoint(required, TRIED_ON_AN_OBJECT)
                && store.head(key).isEmpty()) {
            store.put(key, CONTENT, WriteCondition.none());
        }

        if (required.contains(Capability.PUT_IF_MATCH)) {
            verifyPutIfMatch(key);
        }

        if (required.contains(Capability.MULTIPART_CONDITIONAL)) {
            verifyMultipart(key);
        }

        if (required.contains(Capability.DELETE_IF_MATCH)) {
            verifyDeleteIfMatch(key);
        }
    }

    private void verifyPutIfAbsent(String key) {
        // The first put succeeds only where nobody probed before; after it the object is there either way.
        refused(() -> store.put(key, CONTENT, WriteCondition.ifAbsent()));
        if (store.head(key).isEmpty()) {
            throw unsafe(
                    key, Capability.PUT_IF_ABSENT, "an object put on the condition that it is absent is not there");
        }

        if (!refused(() -> store.put(key, CONTENT, WriteCondition.ifAbsent()))) {
            throw unsafe(
                    key,
                    Capability.PUT_IF_ABSENT,
                    "it overwrote an object that was put on the condition that it is absent (If-None-Match: *)");
        }
    }

    private void verifyPutIfMatch(String key) {
        if (!refused(() -> store.put(key, CONTENT, WriteCondition.ifMatch(NO_SUCH_ETAG)))) {
            throw unsafe(
                    key,
                    Capability.PUT_IF_MATCH,
                    "it overwrote an object though the ETag of the condition was another one (If-Match)");
        }
    }

    private void verifyMultipart(String key) {
        boolean refused = refused(() -> {
            try (MultipartUpload upload = store.startMultipart(key)) {
                upload.part(1, CONTENT);
                upload.complete(WriteCondition.ifAbsent());
            }
        });
        if (!refused) {
            throw unsafe(
                    key,
                    Capability.MULTIPART_CONDITIONAL,
                    "it completed a multipart upload over an object on the condition that it is absent");
        }
    }

    private void verifyDeleteIfMatch(String key) {
        if (!refused(() -> store.deleteIfMatch(key, NO_SUCH_ETAG))) {
            throw unsafe(
                    key,
                    Capability.DELETE_IF_MATCH,
                    "it deleted an object though the ETag of the condition was another one (If-Match)");
        }
    }

    /**
     * Whether the condition was found not to hold. A conflict with another prober says nothing, so it is tried again; so does
     * an upload that is gone, which a clean-up took for one that a dead process left.
     */
    private static boolean refused(Runnable write) {
        for (int attempt = 1; ; attempt++) {
            try {
                write.run();
                return false;
            } catch (PreconditionFailedException expected) {
                return true;
            } catch (WriteConflictException | ObjectNotFoundException conflict) {
                if (attempt == ATTEMPTS) {
                    throw conflict;
                }
            }
        }
    }

    private UnsafeStoreException unsafe(String key, Capability capability, String why) {
        return new UnsafeStoreException(
                key,
                capability,
                "Cannot use store " + store.description() + ": " + why + " (tried with '" + key
                        + "'). Commits could be lost unseen; use Amazon S3 or a server that supports conditional writes.");
    }
}
