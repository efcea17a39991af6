package io.convergence.pipeline;

import io.convergence.store.Capability;
import io.convergence.store.ConditionalWriteProbe;
import io.convergence.store.ObjectStore;
import java.util.Set;

/**
 * Checks, before the first write, that the lake's store keeps its word about conditional writes. The check writes an
 * object, so those who only plan or read must not meet it. Thread-safe.
 */
final class WriteGuard {
    private final ObjectStore lake;
    private final String controlPrefix;
    private boolean passed;

    WriteGuard(ObjectStore lake, String controlPrefix) {
        this.lake = lake;
        this.controlPrefix = controlPrefix;
    }

    /** @throws io.convergence.store.UnsafeStoreException if the store claims conditional writes and ignores them */
    synchronized void pass() {
        if (!passed) {
            new ConditionalWriteProbe(lake).verify(controlPrefix, Set.of(Capability.PUT_IF_ABSENT));
            passed = true;
        }
    }
}
