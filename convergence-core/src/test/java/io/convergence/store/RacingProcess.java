package io.convergence.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** One of several processes that put the same keys; the file named third holds how many this one created. */
final class RacingProcess {
    static final int KEYS = 40;

    private RacingProcess() {}

    public static void main(String[] args) throws Exception {
        LocalObjectStore store = LocalObjectStore.open(Path.of(args[0]));
        byte[] name = args[1].getBytes(StandardCharsets.UTF_8);
        int created = 0;
        for (int i = 0; i < KEYS; i++) {
            try {
                store.put("log/" + i, name, WriteCondition.ifAbsent());
                created++;
            } catch (PreconditionFailedException lost) {
                // another process was first
            }
        }

        for (int i = 0; i < KEYS; ) {
            StoredObject counter = store.get("counter").orElseThrow();
            String next = Integer.toString(Integer.parseInt(counter.text()) + 1);
            try {
                store.put(
                        "counter",
                        next.getBytes(StandardCharsets.UTF_8),
                        WriteCondition.ifMatch(counter.stat().etag()));
                i++;
            } catch (PreconditionFailedException lost) {
                // another process counted in between
            }
        }

        Files.writeString(Path.of(args[2]), Integer.toString(created));
    }
}
