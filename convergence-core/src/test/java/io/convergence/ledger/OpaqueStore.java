package io.convergence.ledger;

import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoredObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A store to read from whose ETags say nothing of the content, as under a key of KMS. */
final class OpaqueStore {
    private OpaqueStore() {}

    static ObjectStore of(InMemoryObjectStore store) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "list" -> {
                        ListPage page = store.list((ListRequest) arguments[0]);
                        yield new ListPage(
                                page.objects().stream().map(OpaqueStore::opaque).toList(),
                                page.commonPrefixes(),
                                page.nextAfter());
                    }
                    case "get" ->
                        store.get((String) arguments[0])
                                .map(object -> new StoredObject(opaque(object.stat()), object.content()));
                    default -> {
                        try {
                            yield method.invoke(store, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                });
    }

    static ETag etag(ObjectStat stat) {
        return new ETag("kms-" + stat.etag().value());
    }

    private static ObjectStat opaque(ObjectStat stat) {
        return ObjectStat.of(stat.key(), stat.size(), etag(stat), stat.lastModified());
    }
}
