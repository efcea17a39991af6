package io.convergence.testkit.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The requests a store was sent, those that failed included. Thread-safe. */
public final class RequestLog {
    // Guarded by this.
    private final List<StoreRequest> requests = new ArrayList<>();
    private final Map<Operation, Long> counts = new EnumMap<>(Operation.class);

    RequestLog() {}

    /** In the order in which they were sent. */
    public synchronized List<StoreRequest> requests() {
        return List.copyOf(requests);
    }

    public synchronized long count(Operation operation) {
        return counts.getOrDefault(operation, 0L);
    }

    /** Without operations that were not asked for. */
    public synchronized Map<Operation, Long> counts() {
        return Collections.unmodifiableMap(new EnumMap<>(counts));
    }

    /** Requests that change the store. */
    public synchronized long writes() {
        return requests.stream().filter(request -> request.operation().writes()).count();
    }

    public synchronized void clear() {
        requests.clear();
        counts.clear();
    }

    synchronized StoreRequest add(Operation operation, String key) {
        long count = counts.merge(operation, 1L, Long::sum);
        var request = new StoreRequest(requests.size() + 1L, operation, count, key);
        requests.add(request);
        return request;
    }
}
