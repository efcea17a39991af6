package io.convergence.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** One page of the files of a walk; ETags are taken only of what the page holds. */
final class LocalListing {
    private final LocalWalk walk;
    private final LocalFiles files;
    private final ListPageBuilder page;

    LocalListing(LocalWalk walk, LocalFiles files, ListRequest request) {
        this.walk = walk;
        this.files = files;
        this.page = new ListPageBuilder(request);
    }

    ListPage list() throws IOException {
        Optional<LocalWalk.Found> found = walk.next(page::covers);
        while (found.isPresent() && offer(found.get())) {
            found = walk.next(page::covers);
        }

        return page.build();
    }

    /** Returns false once the page is full. */
    private boolean offer(LocalWalk.Found file) throws IOException {
        try {
            return page.offer(file.key(), () -> stat(file));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Optional<ObjectStat> stat(LocalWalk.Found file) {
        try {
            return files.tag(file.path()).map(found -> found.stat(file.key()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
