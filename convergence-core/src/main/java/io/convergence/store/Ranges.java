package io.convergence.store;

final class Ranges {
    private Ranges() {}

    static void check(ObjectStat object, long offset, int length) {
        if (offset < 0 || length < 0 || offset > object.size() - length) {
            throw StoreErrors.range(object, offset, length);
        }
    }
}
