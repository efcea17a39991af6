package io.convergence.compact;

/** Opens to tests the way of compaction that copies no page, which users are not offered. */
public final class Reencoding {
    private Reencoding() {}

    /** The same compactor, which decodes every cell and lets parquet-java encode it anew. */
    public static Compactor of(Compactor compactor) {
        return compactor.reencoding();
    }
}
