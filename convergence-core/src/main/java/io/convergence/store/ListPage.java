package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing. Several pages are no snapshot: writes between them may show or not.
 *
 * @param nextAfter pass to {@link ListRequest#after} for the next page, no key by itself; null on the last page
 */
public record ListPage(
        List<ObjectStat> objects,
        List<String> commonPrefixes,
        @Nullable String nextAfter) {
    public ListPage {
        objects = List.copyOf(requireNonNull(objects, "objects"));
        commonPrefixes = List.copyOf(requireNonNull(commonPrefixes, "commonPrefixes"));
    }

    public Optional<String> next() {
        return Optional.ofNullable(nextAfter);
    }
}
