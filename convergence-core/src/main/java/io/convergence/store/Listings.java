package io.convergence.store;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

final class Listings {
    private Listings() {}

    static Stream<ObjectStat> all(ObjectStore store, ListRequest request) {
        return stream(new Pages(store, request));
    }

    static Stream<ObjectStat> stream(Iterator<ObjectStat> objects) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(objects, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    private static final class Pages implements Iterator<ObjectStat> {
        private final ObjectStore store;
        private @Nullable ListRequest request;
        private Iterator<ObjectStat> page = Collections.emptyIterator();

        Pages(ObjectStore store, ListRequest request) {
            this.store = store;
            this.request = request;
        }

        @Override
        public boolean hasNext() {
            while (!page.hasNext() && request != null) {
                ListRequest current = request;
                ListPage fetched = store.list(current);
                page = fetched.objects().iterator();
                request = fetched.next().map(current::after).orElse(null);
            }

            return page.hasNext();
        }

        @Override
        public ObjectStat next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }

            return page.next();
        }
    }
}
