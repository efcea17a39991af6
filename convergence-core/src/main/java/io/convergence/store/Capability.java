package io.convergence.store;

/** What a store really does beyond plain put, get, list and delete. A store declares them; the contract tests hold it to its word. */
public enum Capability {
    /** {@code put} with {@link WriteCondition#ifAbsent()} is honoured, and of racing writers exactly one wins. */
    PUT_IF_ABSENT,
    /** {@code put} with {@link WriteCondition#ifMatch} is honoured when writers do not race. */
    PUT_IF_MATCH,
    /** Of writers that race with the same {@code ifMatch} exactly one wins. S3Proxy does not promise this. */
    PUT_IF_MATCH_ATOMIC,
    /** Completing a multipart upload takes a {@link WriteCondition}. */
    MULTIPART_CONDITIONAL,
    /** {@code delete} takes an ETag. */
    DELETE_IF_MATCH,
    /** Uploads in parts that were begun and not ended can be listed, and aborted by others than their owner. */
    LIST_UPLOADS,
    /** Objects carry tags, by which a lifecycle rule can have them expire. S3Proxy and file systems have none. */
    OBJECT_TAGS,
    /** A key {@code a} may stand beside {@code a/b}. File systems and S3Proxy cannot. */
    KEY_BESIDE_FOLDER,
    /** Keys up to 1,024 bytes of any Unicode text, {@code //} included, as S3 allows. */
    ANY_KEY
}
