package io.convergence.testkit.ledger.simulation;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/** The bytes a process was given by reads and has not let go of: those the collector finds reachable. */
final class HeldBytes {
    private final List<WeakReference<byte[]>> given = new ArrayList<>();

    byte[] give(byte[] bytes) {
        given.add(new WeakReference<>(bytes));
        return bytes;
    }

    /** Collects garbage, which takes long. */
    long now() {
        System.gc();
        given.removeIf(reference -> reference.get() == null);
        long held = 0;
        for (WeakReference<byte[]> reference : given) {
            byte[] bytes = reference.get();
            held += bytes == null ? 0 : bytes.length;
        }
        return held;
    }
}
