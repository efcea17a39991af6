package io.convergence.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Fills one page from keys offered in listing order, grouping them by the delimiter as S3 does. */
final class ListPageBuilder {
    private final ListRequest request;
    private final List<ObjectStat> objects = new ArrayList<>();
    private final List<String> commonPrefixes = new ArrayList<>();
    private String last = "";
    private @Nullable String nextAfter;

    ListPageBuilder(ListRequest request) {
        this.request = request;
    }

    /**
     * Takes the next key under the prefix; those not after {@link ListRequest#startAfter} are passed over.
     *
     * @param stat asked only for a key that stands alone; empty if the object has vanished meanwhile
     * @return false if the page is full and this key belongs to the next one
     */
    boolean offer(String key, Supplier<Optional<ObjectStat>> stat) {
        if (ObjectKeys.order().compare(key, request.startAfter()) <= 0) {
            return true;
        }

        String group = group(key);
        if (group != null && group.equals(lastGroup())) {
            return true;
        }

        if (objects.size() + commonPrefixes.size() == request.maxKeys()) {
            nextAfter = last;
            return false;
        }

        if (group == null) {
            stat.get().ifPresent(objects::add);
            last = key;
        } else {
            commonPrefixes.add(group);
            last = ObjectKeys.afterAllUnder(group);
        }

        return true;
    }

    /** Whether all keys under the folder belong to the common prefix added last, so that none of them matters any more. */
    boolean covers(String folder) {
        String group = lastGroup();
        return group != null && folder.startsWith(group);
    }

    ListPage build() {
        return new ListPage(objects, commonPrefixes, nextAfter);
    }

    /** The common prefix the key falls under, or null if it stands alone. */
    private @Nullable String group(String key) {
        String delimiter = request.delimiter();
        if (delimiter == null) {
            return null;
        }

        int end = key.indexOf(delimiter, request.prefix().length());
        return end < 0 ? null : key.substring(0, end + delimiter.length());
    }

    private @Nullable String lastGroup() {
        return commonPrefixes.isEmpty() ? null : commonPrefixes.get(commonPrefixes.size() - 1);
    }
}
