package io.convergence.testkit.store;

/** What can be asked of a store: one constant for each kind of request that S3 bills. */
public enum Operation {
    LIST,
    HEAD,
    GET,
    READ,
    PUT,
    START_MULTIPART,
    UPLOAD_PART,
    COMPLETE_MULTIPART,
    ABORT_MULTIPART,
    LIST_UPLOADS,
    READ_TAGS,
    TAG,
    DELETE,
    DELETE_IF_MATCH;

    /** Whether it changes the store. */
    public boolean writes() {
        return switch (this) {
            case LIST, HEAD, GET, READ, LIST_UPLOADS, READ_TAGS -> false;
            case PUT, START_MULTIPART, UPLOAD_PART, COMPLETE_MULTIPART, ABORT_MULTIPART, TAG, DELETE, DELETE_IF_MATCH ->
                true;
        };
    }

    /** Whether it may carry a condition, so that S3 may answer 409 or 412. */
    public boolean conditional() {
        return this == PUT || this == COMPLETE_MULTIPART || this == DELETE_IF_MATCH;
    }
}
